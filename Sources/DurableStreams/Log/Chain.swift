import Crypto
import Time

/// The hash chain of a shard: each commit's value covers the commit and, through its predecessor's value, all before it.
package enum Chain {
    /// The value before the first commit of every shard.
    package static let genesis = [UInt8](repeating: 0, count: 32)

    /// SHA-256 over the predecessor's value and the commit's canonical bytes; `commit.chain` is not read.
    ///
    /// Canonical bytes: shard, position and version as big-endian 64-bit integers, then stream, events, actor and cause
    /// as UTF-8, each behind its length as such an integer, then the time in microseconds. Fixed for ever.
    package static func value(of commit: Commit, after previous: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: previous)
        append(commit, to: &hash)
        return Array(hash.finalize())
    }

    /// SHA-256 over the commit's canonical bytes alone.
    static func digest(of commit: Commit) -> [UInt8] {
        var hash = SHA256()
        append(commit, to: &hash)
        return Array(hash.finalize())
    }

    private static func append(_ commit: Commit, to hash: inout SHA256) {
        append(Int64(commit.shard.rawValue), to: &hash)
        append(commit.position, to: &hash)
        append(commit.version, to: &hash)
        append(commit.stream.rawValue, to: &hash)
        append(commit.events, to: &hash)
        append(commit.actor, to: &hash)
        append(commit.cause, to: &hash)
        append(commit.at.microseconds, to: &hash)
    }

    private static func append(_ number: Int64, to hash: inout SHA256) {
        withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) }
    }

    private static func append(_ text: String, to hash: inout SHA256) {
        var text = text
        text.withUTF8 { bytes in
            append(Int64(bytes.count), to: &hash)
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
    }
}
