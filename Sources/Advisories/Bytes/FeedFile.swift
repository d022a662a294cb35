import Foundation

/// The bytes of a feed, uncompressed, in chunks.
final class FeedFile {
    /// nil when all bytes are at hand.
    private let handle: FileHandle?
    private var gunzip: Gunzip?
    /// Chunks that were read to tell what the file is.
    private var pending: [[UInt8]] = []
    private var total = 0

    init(path: String) throws(Flaw) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw Flaw("it cannot be opened for reading") }
        self.handle = handle
        let first = try Self.read(handle)
        try Self.refuseOtherCompressions(first)
        if Gunzip.isGzip(first) {
            gunzip = try Gunzip(first) { () throws(Flaw) in try Self.read(handle) }
        } else {
            pending = [first]
        }
    }

    /// - Parameter record: all bytes, uncompressed.
    init(record: [UInt8]) {
        handle = nil
        pending = [record]
    }

    deinit { try? handle?.close() }  // it was only read: there is nothing to lose

    /// The first bytes; a later ``next()`` gives them too.
    func head() throws(Flaw) -> [UInt8] {
        let first = try next()
        total -= first.count
        pending.insert(first, at: 0)
        return first
    }

    /// The next bytes; empty at the end.
    func next() throws(Flaw) -> [UInt8] {
        let chunk = pending.isEmpty ? try read() : pending.removeFirst()
        total += chunk.count
        guard total <= FeedLimits.feedBytes else {
            throw Flaw("it has more than \(FeedLimits.feedBytes >> 30) GiB when uncompressed")
        }
        return chunk
    }

    // MARK: - Steps

    private func read() throws(Flaw) -> [UInt8] {
        if let gunzip { return try gunzip.next() }
        return try handle.map { (handle) throws(Flaw) in try Self.read(handle) } ?? []
    }

    private static func read(_ handle: FileHandle) throws(Flaw) -> [UInt8] {
        do {
            return [UInt8](try handle.read(upToCount: FeedLimits.chunkBytes) ?? Data())
        } catch {
            throw Flaw("it cannot be read: \(error.localizedDescription)")
        }
    }

    private static func refuseOtherCompressions(_ head: [UInt8]) throws(Flaw) {
        let magics: [(name: String, bytes: [UInt8], command: String)] = [
            ("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz -d"), ("zstd", [0x28, 0xb5, 0x2f, 0xfd], "zstd -d"),
            ("bzip2", Array("BZh".utf8), "bzip2 -d"), ("zip", Array("PK\u{3}\u{4}".utf8), "unzip"),
        ]
        for magic in magics where head.starts(with: magic.bytes) {
            throw Flaw("it is compressed with \(magic.name): unpack it first (\(magic.command))")
        }
    }
}
