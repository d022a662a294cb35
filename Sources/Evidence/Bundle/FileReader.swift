import Crypto
import SystemPackage

/// Reads files piece by piece.
enum FileReader {
    private static let pieceBytes = 1 << 16

    /// Gives the pieces of a regular file in order.
    ///
    /// - Throws: ``EvidenceError`` when it cannot be read, and what `body` throws.
    static func forEachPiece(of path: String, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let descriptor = try BundleFile.reporting(path) {
            try FileDescriptor.open(FilePath(path), .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        }
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        try descriptor.closeAfter {
            while true {
                let count = try BundleFile.reporting(path) {
                    try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                }
                guard count > 0 else { return }
                try body(piece[..<count])
            }
        }
    }

    /// Gives the lines of a file without their ends; what follows the last one is a line, too.
    ///
    /// - Parameter maximumBytes: of a line; it bounds the memory.
    static func forEachLine(
        of path: String,
        maximumBytes: Int,
        _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        var rest: [UInt8] = []
        try forEachPiece(of: path) { piece in
            var piece = piece
            while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
                let line = piece[..<end]
                piece = piece[(end + 1)...]
                try body(rest.isEmpty ? line : (rest + line)[...])
                rest.removeAll(keepingCapacity: true)
            }
            rest += piece
            guard rest.count <= maximumBytes else {
                throw EvidenceError.file(path, reason: "a line is longer than \(maximumBytes) bytes")
            }
        }
        if !rest.isEmpty { try body(rest[...]) }
    }

    /// The whole of a small file.
    static func bytes(of path: String, maximumBytes: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachPiece(of: path) { piece in
            bytes += piece
            guard bytes.count <= maximumBytes else {
                throw EvidenceError.file(path, reason: "it is larger than \(maximumBytes) bytes")
            }
        }
        return bytes
    }

    /// SHA-256 in hexadecimal, and the size.
    static func digest(of path: String) throws -> (sha256: String, bytes: Int) {
        var (hash, count) = (SHA256(), 0)
        try forEachPiece(of: path) { piece in
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            count += piece.count
        }
        return (Hexadecimal.text(hash.finalize()), count)
    }
}
