import AgentProtocol
import CLibZ

/// Compresses by gzip.
package enum Gzip {
    /// The largest window, with gzip's header and checksum.
    private static let window: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8

    /// - Throws: ``StepFailure`` when zlib does not work, as for want of memory.
    package static func compress(_ bytes: [UInt8]) throws(StepFailure) -> [UInt8] {
        var (input, stream) = (bytes, z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let begun = deflateInit2_(
            &stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            window,
            memoryLevel,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        guard begun == Z_OK else { throw StepFailure(.unknown, "zlib cannot start (\(begun))") }
        defer { deflateEnd(&stream) }
        var status = Z_OK
        let room = Int(deflateBound(&stream, uLong(input.count)))
        let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                status = deflate(&stream, Z_FINISH)
                count = buffer.count - Int(stream.avail_out)
            }
        }
        guard status == Z_STREAM_END else { throw StepFailure(.unknown, "zlib cannot compress (\(status))") }
        return output
    }
}
