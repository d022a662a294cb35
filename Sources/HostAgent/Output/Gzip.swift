import AgentProtocol
import CLibZ

/// Compresses by gzip.
package enum Gzip {
    /// The largest window, with gzip's header and checksum.
    private static let window: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8

    /// - Throws: ``StepFailure`` when zlib does not work, as for want of memory.
    package static func compress(_ bytes: [UInt8]) throws(StepFailure) -> [UInt8] {
        // zlib keeps the address.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        let begun = deflateInit2_(
            stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            window,
            memoryLevel,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard begun == Z_OK else { throw StepFailure(.unknown, "zlib cannot start (\(begun))") }
        defer { deflateEnd(stream) }
        var (input, status) = (bytes, Z_OK)
        let room = Int(deflateBound(stream, UInt(input.count)))
        let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                status = deflate(stream, Z_FINISH)
                count = buffer.count - Int(stream.pointee.avail_out)
            }
        }
        guard status == Z_STREAM_END else { throw StepFailure(.unknown, "zlib cannot compress (\(status))") }
        return output
    }
}
