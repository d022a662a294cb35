import Glibc

/// Locks that other programs hold on files.
enum FileLock {
    /// The process that holds a lock on the file against writers, as fcntl(2) sets them.
    ///
    /// No file, no lock; and who may not read it may not change packages either.
    static func holder(of path: String) -> pid_t? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK) ? lock.l_pid : nil
    }
}
