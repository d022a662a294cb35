package import Time

/// The last commit of a shard, as far as its successor must know it.
package struct ChainHead: Equatable, Sendable {
    package var shard: Shard
    /// 0 before the first commit.
    package var position: Int64
    package var chain: [UInt8]
    package var at: Timestamp
    /// Whether it was written with the seal key, as far as its reader can tell.
    package var isSealed = true

    package init(shard: Shard, position: Int64, chain: [UInt8], at: Timestamp) {
        self.shard = shard
        self.position = position
        self.chain = chain
        self.at = at
    }

    /// What stands before the first commit of a shard.
    package static func genesis(_ shard: Shard) -> Self {
        Self(shard: shard, position: 0, chain: Chain.genesis, at: Timestamp(microseconds: .min))
    }
}

extension Commit {
    package var head: ChainHead { ChainHead(shard: shard, position: position, chain: chain, at: at) }
}
