/// What one package manager prints in an order: the file that its last run writes, and what the runs before it wrote.
///
/// A run writes a file of its own, for it may outlive its agent; the next one's beginning moves that aside.
package struct RunLog: Sendable {
    /// Most bytes that are kept of an order: compressed, they fit into one upload whatever they are.
    package static let maximumBytes = 8 << 20

    /// How much of a run's log is searched for its progress.
    private static let progressBytes = 1 << 20

    /// Of the output.
    package let name: String
    /// Where the last run wrote.
    package let path: String

    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    private var earlier: String { path + ".earlier" }
    /// Where dnf's last transaction is kept after its failed scripts were noted.
    var noted: String { path + ".noted" }

    /// Makes room for a run: a full disk costs the record of the runs before it, not the run.
    ///
    /// - Parameter command: what is about to run, for whoever reads the log.
    func begin(_ command: String) throws(FileFailure) {
        do throws(FileFailure) {
            try moveAside(command)
        } catch {
            try clear()
        }
    }

    private func moveAside(_ command: String) throws(FileFailure) {
        var bytes = try DurableFile.end(of: earlier, limit: Self.maximumBytes)
        for file in [noted, path] { bytes += try DurableFile.end(of: file, limit: Self.maximumBytes) }
        if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        bytes += Array("==> \(SystemClock.now()) \(command)\n".utf8)
        try DurableFile.write(Array(bytes.suffix(Self.maximumBytes)), to: earlier, mode: 0o600)
        for file in [noted, path] { try DurableFile.remove(file) }
    }

    /// Everything since the last ``clear()``, at most ``maximumBytes`` of its end.
    package func content() throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in [earlier, noted, path] { bytes += try DurableFile.end(of: file, limit: Self.maximumBytes) }
        return Array(bytes.suffix(Self.maximumBytes))
    }

    /// How far the run under way has come, by the first of the logs that tells; nil when none does.
    package static func progress(in logs: [RunLog]) throws(FileFailure) -> RunProgress? {
        for log in logs {
            let end = try DurableFile.end(of: log.path, limit: progressBytes)
            if let progress = RunProgress(log: String(decoding: end, as: UTF8.self)) { return progress }
        }
        return nil
    }

    /// The logs that there may be in a package manager's folder, the more telling one first.
    package static func all(in folder: String) -> [RunLog] {
        [RunLog(name: "dnf", path: folder + "/transaction"), RunLog(name: "apt", path: folder + "/output")]
    }

    package func clear() throws(FileFailure) {
        for file in [earlier, noted, path] { try DurableFile.remove(file) }
    }
}
