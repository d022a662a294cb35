import Crypto
import Domain
import Glibc
import SystemPackage

/// A file of a bundle that is being written, hashed on the way.
final class BundleFile {
    private static let bufferBytes = 1 << 16

    let path: String
    private let descriptor: FileDescriptor
    private var buffer: [UInt8] = []
    private var hash = SHA256()
    private var size = 0
    private var rows: Int?

    /// Makes the file; there must be none.
    ///
    /// - Parameter path: relative to the folder.
    init(_ path: String, in folder: String) throws(EvidenceError) {
        self.path = path
        descriptor = try Self.reporting(path) {
            try FileDescriptor.open(
                FilePath("\(folder)/\(path)"),
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        }
    }

    func write(_ bytes: some Sequence<UInt8>) throws(EvidenceError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Writes a row of a table.
    func write(row fields: [String]) throws(EvidenceError) {
        CSV.append(fields, to: &buffer)
        countRow()
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Counts what was written as one more row; the header of a table is none.
    func countRow() { rows = rows.map { $0 + 1 } ?? 0 }

    /// Writes what is left, durably, and tells what the file is.
    func close() throws(EvidenceError) -> Manifest.File {
        try flush()
        try Self.reporting(path) { [descriptor] in
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            try descriptor.close()
        }
        return Manifest.File(path: path, sha256: Hexadecimal.text(hash.finalize()), bytes: size, rows: rows)
    }

    private func flush() throws(EvidenceError) {
        hash.update(data: buffer)
        size += buffer.count
        _ = try Self.reporting(path) { [descriptor, buffer] in try descriptor.writeAll(buffer) }
        buffer.removeAll(keepingCapacity: true)
    }

    static func reporting<Value>(_ path: String, _ body: () throws -> Value) throws(EvidenceError) -> Value {
        do { return try body() } catch { throw .file(path, reason: "\(error)") }
    }
}
