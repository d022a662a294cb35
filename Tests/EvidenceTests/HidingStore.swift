import DurableStreams

/// A log whose table of streams names none: somebody who may delete from it did.
struct HidingStore: LogStore {
    let base: InMemoryStore

    func streams(ofKind kind: String, after name: StreamID?, limit: Int) async throws(StoreError) -> [StreamID] { [] }

    // MARK: - As they are

    func append(_ flush: Flush) async throws(StoreError) -> Set<MessageKey> { try await base.append(flush) }
    func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead] { try await base.heads(of: shards) }
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

    func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit] {
        try await base.commits(behind: places, limitOfEach: limit)
    }

    func newestCommits(
        upTo heads: [LogPlace],
        holding count: Int,
        excluding kinds: [String]
    ) async throws(StoreError) -> [Commit] {
        try await base.newestCommits(upTo: heads, holding: count, excluding: kinds)
    }
}
