extension StreamID {
    /// The kind of the shards' own streams.
    package static let engineKind = "engine"

    /// The shard's own stream, which records its owners.
    package static func engine(_ shard: Shard) -> Self { Self(kind: engineKind, name: shard.description) }

    /// The shard that holds the stream's commits: its own for `engine/SHARD`, else ``shard``.
    package var home: Shard {
        guard rawValue.hasPrefix("engine/"), let number = Int16(name), (0..<Int16(Shard.count)).contains(number) else {
            return shard
        }
        return Shard(number)
    }
}
