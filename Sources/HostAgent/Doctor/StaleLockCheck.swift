/// Locks that a dnf or yum noted in a file and left behind when it was killed.
///
/// apt's and rpm's own locks end with the process that holds them.
struct StaleLockCheck: HealthCheck {
    let root: String
    var processes = ProcessTable()

    private static let files = [
        "/var/lib/dnf/rpmdb_lock.pid", "/var/cache/dnf/download_lock.pid", "/var/cache/dnf/metadata_lock.pid",
        "/var/run/yum.pid",
    ]

    var name: String { "package-lock" }

    func findings() throws -> [Finding] {
        try stale().map { path in
            Finding(name, "\(path) names a process that has ended", advice: "remove the file", isRepairable: true)
        }
    }

    func repair() throws -> String {
        let stale = try stale()
        for path in stale { try DurableFile.remove(path) }
        return "removed \(stale.joined(separator: ", "))"
    }

    private func stale() throws -> [String] {
        try Self.files.map { (root == "/" ? "" : root) + $0 }.filter { path in
            let word = try DurableFile.text(path)?.split(whereSeparator: \.isWhitespace).first
            guard let process = word.flatMap({ Int32($0) }) else { return false }
            return processes.program(of: process) == nil
        }
    }
}
