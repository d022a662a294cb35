/// The names of a bundle's files.
enum BundleNames {
    static let manifest = "manifest.json"
    static let signature = "manifest.sig"
    static let timestamp = "manifest.tsr"
    static let publicKey = "evidence.pub"
    static let merkle = "merkle.json"
    static let readme = "README.html"
    static let events = "events"
    static let policies = "policy"

    /// Those that the manifest does not list: it, its signature and timestamp, and the key.
    static let unlisted: Set<String> = [manifest, signature, timestamp, publicKey]

    /// The file of a shard's commits.
    static func events(of shard: Int) -> String {
        let digits = String(shard)
        return "\(events)/\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits).jsonl"
    }

    /// Whether a manifest may name it: it stays in the bundle.
    static func isSafe(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 255 && !path.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !unlisted.contains(path)
    }
}
