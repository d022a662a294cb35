import Glibc
import Subprocess

/// An installed PostgreSQL that is new enough.
struct PostgresInstallation: Sendable {
    /// The folder that holds `postgres`, `initdb` and `pg_ctl`.
    let binaries: String
    let majorVersion: Int
    /// False for a build without lz4, which would not start with it.
    let hasLZ4: Bool
    private static let oldestVersion = 15

    /// The version that made the cluster, which no other can run; the newest when there is no cluster yet.
    static func find(for cluster: String) async throws(EmbeddedPostgresError) -> Self {
        var best: Self?
        let places = await candidates()
        let made = Folder.text(of: "\(cluster)/PG_VERSION")?.split(separator: "\n").first.flatMap { Int($0) }
        for folder in places where isComplete(folder) {
            guard let version = await majorVersion(in: folder), version >= max(oldestVersion, best?.majorVersion ?? 0),
                version == made ?? version
            else { continue }
            let options = await output(of: "\(folder)/pg_config", "--configure") ?? ""
            best = Self(binaries: folder, majorVersion: version, hasLZ4: options.contains("--with-lz4"))
        }
        guard let best else { throw .notInstalled(version: made, searched: places) }
        return best
    }

    // MARK: - Steps

    private static func candidates() async -> [String] {
        var places: [String] = []
        if let folder = await output(of: "pg_config", "--bindir") { places.append(folder) }
        places += folders(in: "/usr/lib/postgresql").map { "/usr/lib/postgresql/\($0)/bin" }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        places += path.split(separator: ":").map(String.init)
        var seen: Set<String> = []
        return places.filter { seen.insert($0).inserted }
    }

    private static func folders(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if Int(name) != nil { names.append(name) }
        }
        return names.sorted()
    }

    private static func isComplete(_ folder: String) -> Bool {
        ["postgres", "initdb", "pg_ctl"].allSatisfy { access("\(folder)/\($0)", X_OK) == 0 }
    }

    /// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
    private static func majorVersion(in folder: String) async -> Int? {
        guard let text = await output(of: "\(folder)/postgres", "--version"), let mark = text.firstRange(of: ") ")
        else {
            return nil
        }
        return Int(text[mark.upperBound...].prefix { $0.isNumber })
    }

    /// The first line that a program prints; nil when it is not there or fails.
    private static func output(of program: String, _ argument: String) async -> String? {
        do {
            let result = try await run(
                .name("sh"),
                arguments: ["-c", "exec \"$0\" \"$@\" 2>/dev/null", program, argument],
                output: .string(limit: 65_536)
            )
            guard result.terminationStatus.isSuccess else { return nil }
            return result.standardOutput.split(separator: "\n").first.map(String.init)
        } catch {
            // Not there is as good as not suitable: the search goes on, and an empty one is reported.
            return nil
        }
    }
}
