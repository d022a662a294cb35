import Glibc

/// Keeps orders and the doctor's repairs apart; the kernel lets go of it when the process that holds it ends.
package struct WorkLock: Sendable {
    private let path: String

    package init(path: String) { self.path = path }

    /// Does the work while nobody else does any.
    ///
    /// - Returns: nil, and nothing is done, when another process is at work.
    package func holding<Result>(_ work: () async throws -> Result) async throws -> Result? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure("open", path, errno) }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        return try await work()
    }
}
