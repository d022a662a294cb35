import Domain
import PatchStreams

/// Holds the policies of a bundle and their waivers against its events.
struct PolicyCheck {
    /// Of one policy's file.
    private static let maximumBytes = 64 << 20

    let folder: String
    let manifest: Manifest
    let facts: PolicyFacts

    func run(_ present: Set<String>, _ report: inout BundleReport) throws {
        guard present.contains(Table.policies.path) else { return }
        var rows: [[String]] = []
        try TableReader.forEachLine(of: "\(folder)/\(Table.policies.path)") { rows.append($0) }
        rows = Array(rows.dropFirst())
        checkRows(rows, &report)
        if rows.map({ $0.first ?? "" }) != manifest.policies {
            report.add("its policies are not those of the manifest", in: Table.policies.path)
        }
        let policies = try read(present, &report)
        guard present.contains(Table.waivers.path) else { return }
        try checkWaivers(policies, &report)
    }

    // MARK: - Steps

    /// The first row may be of a policy that was applied before the month; all others must be told of by the events.
    private func checkRows(_ rows: [[String]], _ report: inout BundleReport) {
        let told = facts.rows
        let older = rows.count > told.count ? rows.first : nil
        let found = rows.dropFirst(older == nil ? 0 : 1)
        let fits = found.count == told.count && zip(found, told).allSatisfy { ToldRows.agree($0, $1) }
        if !fits { report.add("its rows are not what the events tell of policies", in: Table.policies.path) }
        guard let older else { return }
        let until = told.first?[2] ?? ""
        if older.count < 4 || older[3] != until {
            report.add(
                "its first policy was in force until \(until.isEmpty ? "the end" : until)",
                in: Table.policies.path
            )
        }
    }

    /// The policies that were in force, in turn, as their files have them.
    private func read(_ present: Set<String>, _ report: inout BundleReport) throws -> [(policy: Policy, digest: String)]
    {
        let texts = Dictionary(facts.applied.map { ($0.digest, $0.text) }) { first, _ in first }
        var policies: [(policy: Policy, digest: String)] = []
        for digest in manifest.policies {
            let path = "\(BundleNames.policies)/\(digest).json"
            guard present.contains(path), BundleNames.isSafe(path) else {
                report.add("it is missing", in: path)
                continue
            }
            let bytes = try FileReader.bytes(of: "\(folder)/\(path)", maximumBytes: Self.maximumBytes)
            let text = String(decoding: bytes, as: UTF8.self)
            if let told = texts[digest], told != text {
                report.add("it is not the policy that the events have", in: path)
            }
            do {
                policies.append((try DomainJSON.decode(Policy.self, from: text), digest))
            } catch {
                report.add("it is no policy: \(error)", in: path)
            }
        }
        return policies
    }

    private func checkWaivers(_ policies: [(policy: Policy, digest: String)], _ report: inout BundleReport) throws {
        var told = ToldRows()
        for row in PolicyScribe.waivers(of: policies) { told.add(row) }
        var isOpen = false
        try TableReader.forEachLine(of: "\(folder)/\(Table.waivers.path)") { row in
            guard isOpen else { return isOpen = true }
            if !told.remove(row) {
                report.add("waiver \(row.first ?? "") is not as the policies have it", in: Table.waivers.path)
            }
        }
        if told.left > 0 { report.add("\(told.left) waivers of the policies are missing", in: Table.waivers.path) }
    }
}
