import Glibc

/// Pipes of the system.
enum SystemPipe {
    /// A new one; no program that is begun meanwhile holds it open.
    ///
    /// - Throws: where the system has none left.
    static func make() throws(FileFailure) -> (readEnd: Int32, writeEnd: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FileFailure("make", "a pipe", errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
