import DurableStreams

/// A log whose shards are read in another order, and in other portions.
struct ReorderedLog: LogStore {
    enum Order: CaseIterable {
        case ascending, descending, interleaved
    }

    let base: PostgresStore
    let order: Order
    let commitsPerShard: Int

    func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead] {
        let heads = try await base.heads(of: shards)
        switch order {
        case .ascending: return heads
        case .descending: return heads.reversed()
        case .interleaved:
            return heads.enumerated().sorted { ($0.offset * 89 % 256, $0.offset) < ($1.offset * 89 % 256, $1.offset) }
                .map(\.element)
        }
    }

    func commits(in shard: Shard, after position: Int64, limit: Int) async throws(StoreError) -> [Commit] {
        try await base.commits(in: shard, after: position, limit: min(limit, commitsPerShard))
    }

    // MARK: - As they are

    func append(_ flush: Flush) async throws(StoreError) { try await base.append(flush) }
    func contains(_ commit: ChainHead) async throws(StoreError) -> Bool { try await base.contains(commit) }
    func tenures(of shards: [Shard]) async throws(StoreError) -> [Int64] { try await base.tenures(of: shards) }
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
