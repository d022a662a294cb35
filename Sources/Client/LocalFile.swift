import Glibc
import NIOCore
import NIOPosix

/// Why a file of this machine cannot be read or written.
package struct FileError: Error, Equatable, CustomStringConvertible {
    package var path: String
    package var number: Int32

    package init(path: String, number: Int32) {
        self.path = path
        self.number = number
    }

    package var description: String { "cannot use the file \(path): \(String(cString: strerror(number)))" }
}

/// A file that is read or written in chunks, on threads where blocking is allowed.
final class LocalFile: Sendable {
    private static let chunkBytes = 256 << 10

    private let path: String
    private let descriptor: Int32
    let byteCount: Int64

    /// - Throws: ``FileError``.
    init(reading path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, number: errno) }
        byteCount = Int64(status.st_size)
    }

    /// Makes the file, for its owner alone.
    init(writing path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        byteCount = 0
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    }

    deinit { close(descriptor) }

    /// nil at the end.
    func read() async throws -> ByteBuffer? {
        try await NIOThreadPool.singleton.runIfActive { [descriptor, path] in
            var bytes = [UInt8](repeating: 0, count: Self.chunkBytes)
            var count = -1
            repeat { count = Glibc.read(descriptor, &bytes, bytes.count) } while count < 0 && errno == EINTR
            guard count >= 0 else { throw FileError(path: path, number: errno) }
            return count == 0 ? nil : ByteBuffer(bytes: bytes[..<count])
        }
    }

    func write(_ buffer: ByteBuffer) async throws {
        try await NIOThreadPool.singleton.runIfActive { [descriptor, path] in
            try buffer.withUnsafeReadableBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count >= 0 else { throw FileError(path: path, number: errno) }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }
}

/// The file as the body of a request.
struct FileChunks: AsyncSequence, Sendable {
    let file: LocalFile

    struct AsyncIterator: AsyncIteratorProtocol {
        let file: LocalFile

        mutating func next() async throws -> ByteBuffer? { try await file.read() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(file: file) }
}
