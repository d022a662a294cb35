import Glibc

/// Who may do what with a file or folder.
struct FileAccess: Equatable {
    /// It belongs to the user that this process runs as.
    var isOwn: Bool
    /// The permission bits.
    var mode: UInt32
    var bytes: Int64

    /// - Returns: nil when there is nothing of this name.
    init?(of path: String) throws(FileFailure) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileFailure("look at", path, errno)
        }
        isOwn = status.st_uid == geteuid()
        mode = status.st_mode & 0o7777
        bytes = Int64(status.st_size)
    }

    /// Makes it this process's user's, with these bits.
    static func set(_ path: String, mode: UInt32) throws(FileFailure) {
        guard chown(path, geteuid(), getegid()) == 0 else { throw FileFailure("set the owner of", path, errno) }
        guard chmod(path, mode) == 0 else { throw FileFailure("set the mode of", path, errno) }
    }
}
