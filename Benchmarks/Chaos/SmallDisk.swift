import Foundation
import Glibc

/// A disk of its own that can be filled up.
enum SmallDisk {
    static func mount(at path: String, bytes: Int) throws {
        guard Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(bytes),mode=755") == 0 else {
            throw Broken("cannot mount a small disk at \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Takes it out of the way; it goes when nobody uses it any longer.
    static func unmount(_ path: String) { umount2(path, CInt(MNT_DETACH)) }

    /// Writes zeros until there is no space left.
    static func fill(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw Broken("cannot make \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        while write(descriptor, zeros, zeros.count) > 0 {}
        guard errno == ENOSPC else {
            throw Broken("\(path) does not fill the disk: \(String(cString: strerror(errno)))")
        }
    }
}
