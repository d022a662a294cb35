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
        try await run(.read) { tables in
            (tables.log[commit.shard] ?? []).contains { $0.position == commit.position && $0.chain == commit.chain }
        }
    }

    package func tenures(of shards: [Shard]) async throws(StoreError) -> [Int64] {
        try await run(.read) { tables in
            shards.map { tables.commits(of: .engine($0), after: 0).last?.version ?? 0 }
        }
    }

    package func wakes(of shards: [Shard]) async throws(StoreError) -> [StoredWake] {
        let shards = Set(shards)
        return try await run(.read) { tables in
            tables.streams.values.sorted { $0.stream < $1.stream }.compactMap { row in
                guard shards.contains(row.stream.shard), let at = row.wakeAt else { return nil }
                return StoredWake(stream: row.stream, at: at)
            }
        }
    }

    package func load(_ streams: [StreamID], fromFirstEvent: Bool) async throws(StoreError) -> [StoredStream] {
        try await run(.read) { tables in
            streams.map { stream in
                let row = tables.streams[stream]
                let snapshot = fromFirstEvent ? nil : row?.snapshot
                return StoredStream(
                    stream: stream,
                    exists: row != nil,
                    wakeAt: row?.wakeAt,
                    snapshot: snapshot,
                    commits: tables.commits(of: stream, after: snapshot?.version ?? 0)
                )
            }
        }
    }

    package func commits(
        of stream: StreamID,
        after version: Int64,
        limit: Int
    ) async throws(StoreError) -> [Commit] {
        try await run(.read) { tables in Array(tables.commits(of: stream, after: version).prefix(limit)) }
    }

    package func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit] {
        try await run(.read) { tables in
            places.flatMap { place in
                (tables.log[place.shard] ?? []).filter { $0.position > place.position }.prefix(limit)
            }
        }
    }

    package func newestCommits(
        upTo heads: [LogPlace],
        limit: Int,
        includingEngine: Bool
    ) async throws(StoreError) -> [Commit] {
        try await run(.read) { tables in
            let commits = heads.flatMap { head in
                (tables.log[head.shard] ?? []).filter { commit in
                    commit.position <= head.position && (includingEngine || commit.stream.kind != "engine")
                }
            }
            return commits.sorted { ($0.at, $0.shard, $0.position) < ($1.at, $1.shard, $1.position) }.suffix(limit)
        }
    }

    package func streams(
        ofKind kind: String,
        after name: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [StreamID] {
        try await run(.read) { tables in
            let names = tables.streams.keys.filter { $0.kind == kind && $0 > name ?? StreamID("") }
            return Array(names.sorted().prefix(limit))
        }
    }
}
