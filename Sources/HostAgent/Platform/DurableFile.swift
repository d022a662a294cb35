import Glibc

/// Files that survive a power cut: written aside, synchronised, renamed, and their folder synchronised.
enum DurableFile {
    /// Replaces the file's content as a whole; readers see the old or the new content.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileFailure) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileFailure("write", temporary, errno) }
        do throws(FileFailure) {
            defer { close(descriptor) }
            // `open` leaves the mode of a file that was there, and the umask takes bits away.
            guard fchmod(descriptor, mode) == 0 else { throw FileFailure("set the mode of", temporary, errno) }
            try writeAll(bytes, to: descriptor, temporary)
            guard fsync(descriptor) == 0 else { throw FileFailure("synchronise", temporary, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard Glibc.rename(temporary, path) == 0 else { throw FileFailure("rename to", path, errno) }
        try synchronise(folderOf: path)
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileFailure) {
        var offset = 0
        while offset < bytes.count {
            let written = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileFailure("write", path, written == 0 ? ENOSPC : errno) }
            offset += written
        }
    }

    /// The file's content, nil when there is no such file.
    ///
    /// - Throws: for a file beyond 64 MiB too: no file of the agent's comes near.
    static func read(_ path: String) throws(FileFailure) -> [UInt8]? {
        let limit = 64 << 20
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileFailure("read", path, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read", path, errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw FileFailure("read", path, EFBIG) }
        }
    }

    /// The last bytes of the file, at most so many; none when there is no such file.
    static func end(of path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw FileFailure("read", path, errno)
        }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw FileFailure("read", path, errno) }
        var bytes = [UInt8](repeating: 0, count: min(limit, Int(size)))
        let count = pread(descriptor, &bytes, bytes.count, size - off_t(bytes.count))
        guard count >= 0 else { throw FileFailure("read", path, errno) }
        return Array(bytes[..<count])
    }

    static func text(_ path: String) throws(FileFailure) -> String? {
        guard let bytes = try read(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Makes the folder and those above it, durably.
    static func makeFolder(_ path: String, mode: mode_t) throws(FileFailure) {
        if mkdir(path, mode) == 0 { return try synchronise(folderOf: path) }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw FileFailure("make the folder", path, errno)
        }
        try makeFolder(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileFailure("make the folder", path, errno) }
        try synchronise(folderOf: path)
    }

    /// The names in a folder, sorted; none when it is not there.
    static func names(in folder: String) throws(FileFailure) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw FileFailure("list", folder, errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func remove(_ path: String) throws(FileFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileFailure("remove", path, errno) }
    }

    /// Gives the file another name; nothing where there is no such file.
    static func rename(_ path: String, to other: String) throws(FileFailure) {
        guard Glibc.rename(path, other) == 0 || errno == ENOENT else { throw FileFailure("rename", path, errno) }
    }

    /// Whether something has this name, a link that leads nowhere as well.
    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// In bytes; nil where nothing can be told of it.
    static func size(of path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// When its content was changed last, in seconds since 1970; 0 where nothing can be told of it.
    static func changed(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : 0
    }

    /// Sets the time of its last change to now.
    static func touch(_ path: String) throws(FileFailure) {
        guard utimensat(AT_FDCWD, path, nil, 0) == 0 else { throw FileFailure("set the time of", path, errno) }
    }

    /// Removes a folder with the files in it.
    static func removeFolder(_ path: String) throws(FileFailure) {
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw FileFailure("remove", path, errno) }
    }

    static func synchronise(folderOf path: String) throws(FileFailure) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure("open", folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFailure("synchronise", folder, errno) }
    }
}

/// A file that could not be read or written.
package struct FileFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
    package var code: Int32

    init(_ verb: String, _ path: String, _ code: Int32) {
        self.code = code
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "; free some space there and it goes on"
            case EACCES, EPERM: "; the agent runs as root"
            default: ""
            }
        description = "cannot \(verb) \(path): \(String(cString: strerror(code)))\(advice)"
    }
}
