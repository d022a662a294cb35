import Glibc

/// File-system steps with errors that name the path.
enum Folder {
    static func lastReason() -> String { String(cString: strerror(errno)) }

    /// Makes the folder and its parents; one that is there already is left as it is.
    static func make(_ path: String, mode: mode_t, owner: ServiceAccount? = nil) throws(EmbeddedPostgresError) {
        var missing: [String] = []
        var current = path
        while status(current) == nil, let parent = parent(of: current) {
            missing.append(current)
            current = parent
        }
        for folder in missing.reversed() {
            guard mkdir(folder, folder == path ? mode : 0o755) == 0 || errno == EEXIST else {
                throw .folder(path: folder, reason: lastReason())
            }
        }
        guard let found = status(path), found.st_mode & S_IFMT == S_IFDIR else {
            throw .folder(path: path, reason: "it is not a folder")
        }
        if let owner, !missing.isEmpty { try give(path, to: owner, mode: mode) }
    }

    /// Hands the file or folder to the account, whatever the umask made of its mode.
    static func give(_ path: String, to owner: ServiceAccount, mode: mode_t) throws(EmbeddedPostgresError) {
        guard chmod(path, mode) == 0, chown(path, owner.userID, owner.groupID) == 0 else {
            throw .folder(path: path, reason: "cannot give it to \(owner.name): \(lastReason())")
        }
    }

    /// What the path leads to; nil when nothing is there.
    static func status(_ path: String) -> stat? {
        var found = stat()
        return stat(path, &found) == 0 ? found : nil
    }

    /// The folder that holds the path, which may be relative; nil for the root and the working directory.
    static func parent(of path: String) -> String? {
        guard path != "/", path != "." else { return nil }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path without symbolic links and dots; the folder must exist.
    static func canonical(_ path: String) throws(EmbeddedPostgresError) -> String {
        guard let resolved = realpath(path, nil) else { throw .folder(path: path, reason: lastReason()) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// True when the account may pass through the folder and every folder above it.
    static func isTraversable(_ path: String, by account: ServiceAccount) -> Bool {
        var current: String? = path
        while let folder = current {
            guard let found = status(folder) else { return false }
            let bit: mode_t =
                found.st_uid == account.userID ? S_IXUSR : found.st_gid == account.groupID ? S_IXGRP : S_IXOTH
            guard found.st_mode & bit != 0 else { return false }
            current = parent(of: folder)
        }
        return true
    }

    /// The file as text, or what follows its first `start` bytes; nil when it cannot be read.
    static func text(of path: String, from start: Int = 0) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard start == 0 || lseek(descriptor, start, SEEK_SET) == start else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes.append(contentsOf: buffer.prefix(count))
        }
    }

    /// Replaces the file as a whole, or leaves it as it was.
    static func write(_ text: String, to path: String, owner: ServiceAccount?) throws(EmbeddedPostgresError) {
        let fresh = path + ".new"
        let descriptor = open(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .folder(path: fresh, reason: lastReason()) }
        let bytes = Array(text.utf8)
        let count = Glibc.write(descriptor, bytes, bytes.count)
        let isFlushed = fsync(descriptor) == 0
        close(descriptor)
        guard count == bytes.count, isFlushed else { throw .folder(path: fresh, reason: lastReason()) }
        if let owner { try give(fresh, to: owner, mode: 0o600) }
        guard rename(fresh, path) == 0 else { throw .folder(path: path, reason: lastReason()) }
    }
}
