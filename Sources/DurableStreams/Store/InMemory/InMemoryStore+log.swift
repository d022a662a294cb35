extension InMemoryStore {
    @discardableResult
    package func append(_ flush: Flush) async throws(StoreError) -> Set<MessageKey> {
        let now = now()
        return try await run(.append(flush)) { tables throws(StoreError) in try tables.append(flush, at: now) }
    }

    package func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead] {
        try await run(.read) { tables in shards.map { tables.head(of: $0) } }
    }

    package func contains(_ commit: ChainHead) async throws(StoreError) -> Bool {
        try await run(.read) { $0.contains(commit) }
    }

    package func ends(of streams: [StreamID]) async throws(StoreError) -> [StreamEnd] {
        try await run(.read) { tables in streams.map { tables.end(of: $0) } }
    }

    package func wakes(of shards: [Shard]) async throws(StoreError) -> [StoredWake] {
        try await run(.read) { $0.wakes(of: shards) }
    }

    package func load(_ streams: [StreamID], fromFirstEvent: Bool) async throws(StoreError) -> [StoredStream] {
        try await run(.read) { tables in streams.map { tables.load($0, fromFirstEvent: fromFirstEvent) } }
    }

    package func commits(
        of stream: StreamID,
        after version: Int64,
        limit: Int
    ) async throws(StoreError) -> [Commit] {
        try await run(.read) { Array($0.commits(of: stream, after: version).prefix(limit)) }
    }

    package func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit] {
        try await run(.read) { tables in places.flatMap { tables.commits(behind: $0, limit: limit) } }
    }

    package func newestCommits(
        upTo heads: [LogPlace],
        holding count: Int,
        excluding kinds: [String]
    ) async throws(StoreError) -> [Commit] {
        try await run(.read) { $0.newestCommits(upTo: heads, holding: count, excluding: kinds) }
    }

    package func streams(
        ofKind kind: String,
        after name: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [StreamID] {
        try await run(.read) { $0.streams(ofKind: kind, after: name, limit: limit) }
    }
}
