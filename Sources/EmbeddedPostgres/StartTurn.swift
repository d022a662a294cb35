import Glibc

/// Lets one process at a time start or stop the server of a folder.
struct StartTurn {
    private let descriptor: CInt
    private static let pollInterval = Duration.milliseconds(100)

    /// Waits for its turn.
    static func take(in folder: String) async throws(EmbeddedPostgresError) -> Self {
        let path = "\(folder)/start.lock"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .folder(path: path, reason: Folder.lastReason()) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno == EWOULDBLOCK || errno == EINTR ? nil : Folder.lastReason()
            do {
                if reason == nil { try await Task.sleep(for: pollInterval) }
            } catch {
                close(descriptor)
                throw .folder(path: path, reason: "cancelled while another process starts or stops the server")
            }
            guard let reason else { continue }
            close(descriptor)
            throw .folder(path: path, reason: reason)
        }
        return Self(descriptor: descriptor)
    }

    func end() {
        // Closing alone would leave the lock with a child that is just being forked.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
