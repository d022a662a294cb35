import CLibZ

/// Uncompresses gzip in chunks, several members one after the other as `gzip -d` does.
final class Gunzip {
    /// zlib keeps the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let more: () throws(Flaw) -> [UInt8]
    private var input: [UInt8]
    private var position = 0
    private var isAtMemberEnd = false

    static func isGzip(_ head: [UInt8]) -> Bool { head.starts(with: [0x1f, 0x8b]) }

    /// - Parameters:
    ///   - input: the first bytes.
    ///   - more: the next bytes each time; empty at the end.
    init(_ input: [UInt8], more: @escaping () throws(Flaw) -> [UInt8]) throws(Flaw) {
        self.input = input
        self.more = more
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.gzipWindow, ZLIB_VERSION, size) == Z_OK else {
            throw Flaw("zlib cannot start: \(Self.message(stream))")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The largest window, with gzip's header and checksum.
    private static let gzipWindow: Int32 = 15 + 16

    /// The next bytes, at most a chunk; empty at the end.
    func next() throws(Flaw) -> [UInt8] {
        while true {
            if position == input.count {
                input = try more()
                position = 0
            }
            if input.isEmpty {
                guard isAtMemberEnd else { throw Flaw("its gzip is truncated: get it again") }
                return []
            }
            if isAtMemberEnd {
                guard inflateReset(stream) == Z_OK else { throw Flaw("zlib cannot go on: \(Self.message(stream))") }
                isAtMemberEnd = false
            }
            let output = try inflateOnce()
            if !output.isEmpty { return output }
        }
    }

    private func inflateOnce() throws(Flaw) -> [UInt8] {
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: FeedLimits.chunkBytes) { buffer, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress.map { $0 + position }
                stream.pointee.avail_in = UInt32(input.count - position)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                status = inflate(stream, Z_NO_FLUSH)
                position = input.count - Int(stream.pointee.avail_in)
                count = buffer.count - Int(stream.pointee.avail_out)
            }
        }
        isAtMemberEnd = status == Z_STREAM_END
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw Flaw("its gzip is damaged (\(Self.message(stream))): get it again")
        }
        return output
    }

    private static func message(_ stream: UnsafeMutablePointer<z_stream>) -> String {
        stream.pointee.msg.map { String(cString: $0) } ?? "no reason given"
    }
}
