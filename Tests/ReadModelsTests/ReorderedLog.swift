import DurableStreams
import Time

/// A log whose shards are read in another order, and in other portions.
struct ReorderedLog: LogStore {
    enum Order: CaseIterable {
        case ascending, descending, interleaved
    }

    let base: PostgresStore
    let order: Order
    let commitsPerShard: Int
    /// What is told of the log's end in its place.
    var heads: @Sendable ([ChainHead]) -> [ChainHead] = { $0 }
    /// When commits were made, as this log tells it; must not turn their order round.
    var retime: @Sendable (Timestamp) -> Timestamp = { $0 }

    /// A portion of one shard alone: which is read to its end first is the order's.
    func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit] {
        let place =
            switch order {
            case .ascending: places.min { $0.shard < $1.shard }
            case .descending: places.max { $0.shard < $1.shard }
            case .interleaved: places.min { Int($0.shard.rawValue) * 89 % 256 < Int($1.shard.rawValue) * 89 % 256 }
            }
        guard let place else { return [] }
        return try await base.commits(behind: [place], limitOfEach: min(limit, commitsPerShard)).map { commit in
            var commit = commit
            commit.at = retime(commit.at)
            return commit
        }
    }

    // MARK: - As they are

    func append(_ flush: Flush) async throws(StoreError) -> Set<MessageKey> { try await base.append(flush) }
    func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead] { heads(try await base.heads(of: shards)) }

    func newestCommits(
        upTo heads: [LogPlace],
        holding count: Int,
        excluding kinds: [String]
    ) async throws(StoreError) -> [Commit] {
        try await base.newestCommits(upTo: heads, holding: count, excluding: kinds)
    }

    func contains(_ commit: ChainHead) async throws(StoreError) -> Bool { try await base.contains(commit) }
    func ends(of streams: [StreamID]) async throws(StoreError) -> [StreamEnd] {
        try await base.ends(of: streams)
    }
    func wakes(of shards: [Shard]) async throws(StoreError) -> [StoredWake] { try await base.wakes(of: shards) }

    func load(_ streams: [StreamID], fromFirstEvent: Bool) async throws(StoreError) -> [StoredStream] {
        try await base.load(streams, fromFirstEvent: fromFirstEvent)
    }

    func commits(of stream: StreamID, after version: Int64, limit: Int) async throws(StoreError) -> [Commit] {
        try await base.commits(of: stream, after: version, limit: limit)
    }

    func streams(ofKind kind: String, after name: StreamID?, limit: Int) async throws(StoreError) -> [StreamID] {
        try await base.streams(ofKind: kind, after: name, limit: limit)
    }
}
