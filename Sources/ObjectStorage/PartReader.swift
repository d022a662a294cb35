import Crypto
import FoundationEssentials
import NIOCore
import NIOPosix
import SystemPackage

/// A file in the parts in which it is sent.
struct PartReader: Sendable {
    /// A part of the file, with what the store is to find of it.
    struct Part: Sendable {
        /// From 1.
        var number: Int
        var bytes: ByteBuffer
        var sha256: SHA256.Digest
        /// As the store names a part that it took: its MD5, unless it encrypts with a key of KMS.
        var etag: String

        var checksum: String { Data(sha256).base64EncodedString() }
    }

    /// S3 takes parts of 5 MiB at least, and 10,000 of them.
    static let smallestPart = 8 << 20
    private static let mostParts = 9_000

    let path: String
    let byteCount: Int
    let partBytes: Int

    /// - Throws: `Errno`.
    init(path: String, smallestPart: Int = Self.smallestPart) throws {
        self.path = path
        let file = try SystemPackage.FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        byteCount = try file.closeAfter { Int(try file.seek(offset: 0, from: .end)) }
        partBytes = max(smallestPart, (byteCount + Self.mostParts - 1) / Self.mostParts)
    }

    var partCount: Int { max(1, (byteCount + partBytes - 1) / partBytes) }

    /// - Throws: `Errno`; ``StorageError`` when the file has become shorter.
    func part(_ number: Int) async throws -> Part {
        let offset = (number - 1) * partBytes
        let count = min(partBytes, byteCount - offset)
        return try await NIOThreadPool.singleton.runIfActive { [path] in
            let file = try SystemPackage.FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            let bytes = try file.closeAfter { try Self.read(file, at: offset, count: count, path: path) }
            let etag = Insecure.MD5.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return Part(
                number: number,
                bytes: ByteBuffer(bytes: bytes),
                sha256: SHA256.hash(data: bytes),
                etag: "\"\(etag)\""
            )
        }
    }

    private static func read(_ file: SystemPackage.FileDescriptor, at offset: Int, count: Int, path: String) throws
        -> [UInt8]
    {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let more = try bytes.withUnsafeMutableBytes { buffer in
                try file.read(fromAbsoluteOffset: Int64(offset + filled), into: .init(rebasing: buffer[filled...]))
            }
            guard more > 0 else {
                throw StorageError(failure: "cannot send \(path)", detail: "it became shorter while it was sent")
            }
            filled += more
        }
        return bytes
    }
}
