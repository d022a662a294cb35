package import Time

/// How far the log is, shard by shard, as the rows themselves say it: what they say is proved by `log verify` alone.
package struct LogStanding: Equatable, Sendable {
    /// The last commit of a shard, as `log verify -o json` prints it.
    package struct Head: Codable, Equatable, Sendable {
        package var shard: Int16
        package var position: Int64
        /// The chain value, hexadecimal.
        package var chain: String

        package init(shard: Int16, position: Int64, chain: String) {
            self.shard = shard
            self.position = position
            self.chain = chain
        }
    }

    /// Of the shards that have commits, by shard.
    package var heads: [Head]
    /// Shards whose last commit is not sealed by the servers' key: nothing is decided there.
    package var unsealed: [Int16]
    /// nil for an empty log.
    package var firstAt: Timestamp?
    package var lastAt: Timestamp?

    package init(heads: [Head], unsealed: [Int16], firstAt: Timestamp?, lastAt: Timestamp?) {
        self.heads = heads
        self.unsealed = unsealed
        self.firstAt = firstAt
        self.lastAt = lastAt
    }

    package var commits: Int64 { heads.reduce(0) { $0 + $1.position } }
}
