import Glibc

/// Keeps a second agent out of the state folder; the kernel lets go of it when the process ends.
struct AgentLock {
    private let descriptor: Int32

    init(folder: String) throws {
        guard let lock = try Self.ifFree(folder: folder) else {
            throw AgentFailure("another agent works in \(folder); end it first, or give another --state-dir")
        }
        self = lock
    }

    /// nil when another agent works in the folder.
    static func ifFree(folder: String) throws(FileFailure) -> AgentLock? {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure("open", path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return AgentLock(descriptor: descriptor)
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    func release() { close(descriptor) }
}
