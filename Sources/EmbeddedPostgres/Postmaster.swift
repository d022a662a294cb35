import Glibc

/// What the running server wrote about itself into `postmaster.pid`.
struct Postmaster: Equatable, Sendable {
    let processID: pid_t

    /// The server that runs on the cluster now; nil when none does.
    ///
    /// A file that a killed server left behind names a process that is gone, is dead but not yet reaped, or is by now
    /// another program.
    static func running(on cluster: String) -> Self? {
        guard let processID = recordedProcess(of: cluster), isAlive(processID, on: cluster) else { return nil }
        return Self(processID: processID)
    }

    /// Removes a file whose process number now belongs to another program, which makes PostgreSQL refuse to start.
    ///
    /// When the number belongs to nobody PostgreSQL does that itself, once the killed server's children are gone.
    static func removeStaleFile(of cluster: String) {
        guard let processID = recordedProcess(of: cluster), access("/proc/\(processID)", F_OK) == 0,
            !isAlive(processID, on: cluster)
        else { return }
        unlink(file(of: cluster))
    }

    private static func recordedProcess(of cluster: String) -> pid_t? {
        Folder.text(of: file(of: cluster))?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    private static func file(of cluster: String) -> String { "\(cluster)/postmaster.pid" }

    /// True while the process runs and is the cluster's own.
    ///
    /// After a crash of the machine its number may be that of another PostgreSQL. A postmaster works in its data folder.
    static func isAlive(_ processID: pid_t, on cluster: String) -> Bool {
        // When this process is the first of a container the dead server is its to reap; else this does nothing.
        var status: CInt = 0
        waitpid(processID, &status, WNOHANG)
        guard let text = Folder.text(of: "/proc/\(processID)/stat"), let end = text.lastIndex(of: ")"),
            let start = text.firstIndex(of: "(")
        else { return false }
        let name = text[text.index(after: start)..<end]
        let state = text[text.index(after: end)...].first { $0 != " " }
        return name.hasPrefix("postgres") && state != "Z" && state != "X" && workingFolder(of: processID) == cluster
    }

    private static func workingFolder(of processID: pid_t) -> String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(processID)/cwd", &path, path.count)
        return count > 0 ? String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
