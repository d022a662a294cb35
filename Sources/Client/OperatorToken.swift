import Glibc

/// The secret by which a control plane knows who speaks to it; it prints as `•••`.
package struct OperatorToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Longest token file that is read: a token has 64 characters or so.
    private static let maximumBytes = 4_096

    let value: String

    package init(_ value: String) { self.value = value }

    /// Reads the file that `ringmaster serve` writes.
    ///
    /// The permissions are checked on the open file, so that it cannot be exchanged in between.
    package init(file path: String) throws(TokenFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: Self.lastError())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: Self.lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is not a regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .exposed(path: path, mode: UInt16(truncatingIfNeeded: status.st_mode & 0o777))
        }
        var buffer = [UInt8](repeating: 0, count: Self.maximumBytes)
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .unreadable(path: path, reason: Self.lastError()) }
        let text = buffer.prefix(count).filter { $0 > UInt8(ascii: " ") && $0 < 0x7f }
        guard !text.isEmpty else { throw .unreadable(path: path, reason: "there is no token in it") }
        value = String(decoding: text, as: UTF8.self)
    }

    /// Whether it tells the control plane whose it is: one of the API's own, or of an identity provider.
    package var namesItsOwner: Bool { value.hasPrefix("rm_") || value.count { $0 == "." } == 2 }

    package var description: String { "•••" }

    package var debugDescription: String { description }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
