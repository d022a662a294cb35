/// One of 256 logical partitions: the unit of ownership, order and scale.
package struct Shard: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let count = 256
    package static let all = (0..<Int16(count)).map(Shard.init)

    package let rawValue: Int16

    /// - Precondition: `0 <= rawValue < 256`.
    package init(_ rawValue: Int16) {
        precondition((0..<Int16(Self.count)).contains(rawValue), "a shard is a number from 0 to 255")
        self.rawValue = rawValue
    }

    /// The shard of a stream or node.
    ///
    /// FNV-1a (64 bits) over the UTF-8 bytes, folded to eight bits. Fixed for ever.
    package init(of key: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        hash ^= hash >> 16
        hash ^= hash >> 8
        rawValue = Int16(hash & 0xff)
    }

    package var description: String { String(rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
