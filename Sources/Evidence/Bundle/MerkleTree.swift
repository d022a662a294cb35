import Crypto

/// The Merkle tree hash of RFC 6962 §2.1 over leaves that come one by one: it keeps one hash for each level.
package struct MerkleTree: Sendable {
    /// The roots of the whole subtrees so far, the largest first.
    private var peaks: [(size: Int, hash: [UInt8])] = []
    /// How many leaves there are.
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ leaf: some Sequence<UInt8>) {
        var hash = SHA256()
        hash.update(data: [0])
        hash.update(data: Array(leaf))
        var peak = (size: 1, hash: Array(hash.finalize()))
        while let last = peaks.last, last.size == peak.size {
            peaks.removeLast()
            peak = (2 * last.size, Self.node(last.hash, peak.hash))
        }
        peaks.append(peak)
        count += 1
    }

    /// 32 bytes; that of no leaves is the SHA-256 of nothing.
    package var root: [UInt8] {
        guard var root = peaks.last?.hash else { return Array(SHA256().finalize()) }
        for peak in peaks.dropLast().reversed() { root = Self.node(peak.hash, root) }
        return root
    }

    private static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: [1])
        hash.update(data: left)
        hash.update(data: right)
        return Array(hash.finalize())
    }
}
