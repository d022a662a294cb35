import Glibc

/// The file that this process runs from.
package struct ProgramFile: Sendable {
    private let path: String
    /// `DEVICE:INODE`: another file under the same name has another.
    package let identity: String

    /// - Throws: ``FileFailure`` when the kernel does not tell.
    package init() throws {
        let link = "/proc/self/exe"
        identity = try Self.identity(of: link)
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0 else { throw FileFailure("read", link, errno) }
        path = String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// - Parameter path: what stands in for the file, for tests.
    init(path: String) throws {
        self.path = path
        identity = try Self.identity(of: path)
    }

    /// Whether another file has taken its place, as when the agent's package was updated.
    package var isReplaced: Bool {
        // Where there is none, a process that ended now would not start again.
        guard let present = try? Self.identity(of: path) else { return false }
        return present != identity
    }

    private static func identity(of path: String) throws(FileFailure) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileFailure("look at", path, errno) }
        return "\(status.st_dev):\(status.st_ino)"
    }
}
