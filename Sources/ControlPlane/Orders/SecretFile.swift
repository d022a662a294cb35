import FoundationEssentials
import Glibc

/// A small secret in a file that only its owner can read.
package enum SecretFile {
    /// Longest secret that is read, in bytes.
    private static let maximumBytes = 4_096

    /// The file's text; on first use, what `make` returns, written durably before it is returned.
    package static func loadOrCreate(_ path: String, make: () -> String) throws -> String {
        if let text = try load(path) { return text }
        try create(path, make())
        // Two servers may start at once: the first one's secret counts.
        guard let text = try load(path) else {
            throw KeyFileError.unreadable(file: path, reason: "it vanished while it was being made")
        }
        return text
    }

    /// The file's text without the line's end; nil when there is no such file.
    package static func load(_ path: String) throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw KeyFileError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw KeyFileError.readableByOthers(file: path)
        }
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
            throw KeyFileError.unreadable(file: path, reason: "it is empty or not text")
        }
        return String(text.prefix { $0 != "\n" })
    }

    /// Puts the text in the place of what the file holds, durably; readers see the old or the new.
    static func replace(_ path: String, with text: String) throws {
        let temporary = try writeBeside(path, text)
        defer { unlink(temporary) }
        try move(temporary, to: path)
    }

    /// Gives the file the other's place, durably.
    static func move(_ path: String, to other: String) throws {
        guard rename(path, other) == 0 else {
            throw KeyFileError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        try syncFolder(of: other)
    }

    /// Writes beside, syncs, and links into place, so that no reader sees half a secret and none is overwritten.
    private static func create(_ path: String, _ secret: String) throws {
        let temporary = try writeBeside(path, secret)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 || errno == EEXIST else {
            throw KeyFileError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        try syncFolder(of: path)
    }

    /// - Returns: the synced file's name, in the same folder.
    private static func writeBeside(_ path: String, _ text: String) throws -> String {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw KeyFileError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        let bytes = Array((text + "\n").utf8)
        let written = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let reason = String(cString: strerror(errno))
        close(descriptor)
        guard written else {
            unlink(temporary)
            throw KeyFileError.unreadable(file: path, reason: reason)
        }
        return temporary
    }

    /// The name, too, must outlive a power cut: orders signed by a key that is lost are refused by every host.
    private static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { path[..<path.index(after: $0)] } ?? "."
        let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw KeyFileError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw KeyFileError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
    }
}
