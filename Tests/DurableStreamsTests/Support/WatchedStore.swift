import DurableStreams

/// A store that counts which nodes' orders are asked for.
struct WatchedStore: OrderStore, LogStore {
    private let store: any Store
    private let counts = Locked([String: Int]())

    init(_ store: any Store) { self.store = store }

    func lookups(of node: String) -> Int { counts.withLock { $0[node] ?? 0 } }

    func oldestOrders(for nodes: [String]) async throws(StoreError) -> [StoredOrder] {
        counts.withLock { counts in for node in nodes { counts[node, default: 0] += 1 } }
        return try await store.oldestOrders(for: nodes)
    }

    func append(_ flush: Flush) async throws(StoreError) -> Set<MessageKey> { try await store.append(flush) }

    func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead] { try await store.heads(of: shards) }

    func contains(_ commit: ChainHead) async throws(StoreError) -> Bool { try await store.contains(commit) }

    func ends(of streams: [StreamID]) async throws(StoreError) -> [StreamEnd] {
        try await store.ends(of: streams)
    }

    func wakes(of shards: [Shard]) async throws(StoreError) -> [StoredWake] { try await store.wakes(of: shards) }

    func load(_ streams: [StreamID], fromFirstEvent: Bool) async throws(StoreError) -> [StoredStream] {
        try await store.load(streams, fromFirstEvent: fromFirstEvent)
    }

    func commits(of stream: StreamID, after version: Int64, limit: Int) async throws(StoreError) -> [Commit] {
        try await store.commits(of: stream, after: version, limit: limit)
    }

    func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit] {
        try await store.commits(behind: places, limitOfEach: limit)
    }

    func newestCommits(
        upTo heads: [LogPlace],
        holding count: Int,
        excluding kinds: [String]
    ) async throws(StoreError) -> [Commit] {
        try await store.newestCommits(upTo: heads, holding: count, excluding: kinds)
    }

    func streams(ofKind kind: String, after name: StreamID?, limit: Int) async throws(StoreError) -> [StreamID] {
        try await store.streams(ofKind: kind, after: name, limit: limit)
    }
}
