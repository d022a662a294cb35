import AgentProtocol
import Crypto
import Glibc
import Hummingbird
import NIOCore
import NIOPosix
import ReadModels

/// The body of a request as a temporary file, written as it comes.
struct UploadedFile: Sendable {
    let path: String
    private(set) var byteCount: Int64 = 0
    /// Lower-case hexadecimal.
    private(set) var sha256 = ""
    private let descriptor: Int32

    /// Runs the body with the file; then it is removed.
    ///
    /// - Throws: ``Problem`` 413 for more than `limit` bytes, 503 when the file cannot be written; what `use` throws.
    static func with<Value>(
        _ body: RequestBody,
        atMost limit: Int,
        _ use: (UploadedFile) async throws -> Value
    ) async throws -> Value {
        var file = try Self()
        defer { file.remove() }
        try await file.receive(body, atMost: limit)
        return try await use(file)
    }

    // MARK: - Steps

    private init() throws(Problem) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/ringmaster-upload-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        path = template.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? "" }
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
    }

    private mutating func receive(_ body: RequestBody, atMost limit: Int) async throws {
        var hash = SHA256()
        for try await buffer in body {
            byteCount += Int64(buffer.readableBytes)
            guard byteCount <= limit else {
                let detail = "the feed has more than \(limit) bytes; split it, or compress it with gzip"
                throw Problem(status: 413, code: "body-too-large", detail: detail)
            }
            buffer.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            try await write(buffer)
        }
        sha256 = Hexadecimal.text(hash.finalize())
    }

    /// On a thread where blocking is allowed.
    private func write(_ buffer: ByteBuffer) async throws {
        try await NIOThreadPool.singleton.runIfActive { [descriptor, path] in
            try buffer.withUnsafeReadableBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count >= 0 else { throw Self.failure(path, errno) }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    private func remove() {
        close(descriptor)
        unlink(path)
    }

    private static func failure(_ path: String, _ number: Int32) -> Problem {
        let reason = String(cString: strerror(number))
        let detail = "the server cannot keep the feed in \(path): \(reason); make room there, or set TMPDIR, and repeat"
        return Problem(status: 503, code: "upload-not-kept", detail: detail)
    }
}
