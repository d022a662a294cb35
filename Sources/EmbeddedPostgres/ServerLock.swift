import Glibc

/// Says that this process is the server of a data folder; a second one is refused while it lives.
///
/// The kernel drops the lock with the process, however that ends. Tools that only read do not take it.
package final class ServerLock: Sendable {
    private let descriptor: CInt

    /// - Throws: ``EmbeddedPostgresError/inUse(folder:processID:)`` when another process holds it.
    package init(dataFolder: String) throws(EmbeddedPostgresError) {
        try Folder.make(dataFolder, mode: 0o755)
        let path = "\(dataFolder)/server.lock"
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .folder(path: path, reason: Folder.lastReason()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw .inUse(folder: dataFolder, processID: Self.owner(descriptor))
        }
        let text = "\(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.utf8.count, 0) == text.utf8.count else {
            throw .folder(path: path, reason: Folder.lastReason())
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        // Closing alone would leave the lock with a child that is just being forked.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// True while a server holds the lock of the folder.
    package static func isHeld(dataFolder: String) -> Bool {
        let descriptor = open("\(dataFolder)/server.lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer {
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    private static func owner(_ descriptor: CInt) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
