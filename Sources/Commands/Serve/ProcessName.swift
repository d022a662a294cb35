import EmbeddedPostgres
import FoundationEssentials
import Glibc

/// The name under which a server process holds shards and tasks.
///
/// It is kept in the data folder, so that a server that was killed and is started again has its own back at once instead of
/// waiting for leases to end. Of processes that share a data folder the first has it; the others get names for this once.
final class ProcessName: Sendable {
    let text: String
    private let descriptor: CInt?

    init(dataFolder: String) throws {
        let path = "\(dataFolder)/process.name"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            (text, self.descriptor) = (Self.fresh(), nil)
            return
        }
        self.descriptor = descriptor
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = max(0, pread(descriptor, &buffer, buffer.count, 0))
        let stored = String(decoding: buffer.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
        // A folder that was copied to another host must not bring the name along.
        if stored.hasPrefix(Self.host + "-") {
            text = stored
            return
        }
        text = Self.fresh()
        let line = text + "\n"
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.utf8.count, 0) == line.utf8.count else {
            throw Self.failure(path)
        }
    }

    deinit {
        guard let descriptor else { return }
        // Closing alone would leave the lock with a child that is just being forked.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static var host: String { ProcessInfo.processInfo.hostName }

    /// Unique among all that ever ran.
    private static func fresh() -> String { "\(host)-\(String(UInt64.random(in: .min ... .max), radix: 36))" }

    private static func failure(_ path: String) -> FolderFailure {
        FolderFailure(description: "cannot use \(path): \(String(cString: strerror(errno)))")
    }
}
