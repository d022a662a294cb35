extension MemoryTables {
    package func head(of shard: Shard) -> ChainHead { log[shard].last?.head ?? .genesis(shard) }

    /// Whether exactly this commit is in the log.
    package func contains(_ commit: ChainHead) -> Bool {
        let commits = log[commit.shard]
        // Positions are consecutive from 1, unless somebody has tampered with them.
        let index = Int(commit.position) - 1
        return commits.indices.contains(index) && commits[index].chain == commit.chain
    }

    /// How far the stream has come.
    package func end(of stream: StreamID) -> StreamEnd {
        places[stream]?.last.map { StreamEnd(log[stream.home][$0]) } ?? .start
    }

    /// The streams of the shards that want to be woken at some time.
    package func wakes(of shards: [Shard]) -> [StoredWake] {
        let shards = Set(shards)
        return streams.values.sorted { $0.stream < $1.stream }.compactMap { row in
            guard shards.contains(row.stream.shard), let at = row.wakeAt else { return nil }
            return StoredWake(stream: row.stream, at: at)
        }
    }

    /// The stream with the commits behind its snapshot.
    package func load(_ stream: StreamID, fromFirstEvent: Bool) -> StoredStream {
        let row = streams[stream]
        let snapshot = fromFirstEvent ? nil : row?.snapshot
        return StoredStream(
            stream: stream,
            exists: row != nil,
            wakeAt: row?.wakeAt,
            snapshot: snapshot,
            commits: commits(of: stream, after: snapshot?.version ?? 0)
        )
    }

    /// The stream's commits behind a version, oldest first.
    package func commits(of stream: StreamID, after version: Int64) -> [Commit] {
        let commits = log[stream.home]
        let places = places[stream] ?? []
        var first = places.count
        while first > 0, commits[places[first - 1]].version > version { first -= 1 }
        return places[first...].map { commits[$0] }
    }

    /// Up to `limit` commits of the shard behind its place, oldest first.
    package func commits(behind place: LogPlace, limit: Int) -> [Commit] {
        let commits = log[place.shard]
        var first = commits.count
        while first > 0, commits[first - 1].position > place.position { first -= 1 }
        return Array(commits[first...].prefix(limit))
    }

    /// The commits up to these heads that hold the newest `count` events, oldest first.
    package func newestCommits(upTo heads: [LogPlace], holding count: Int, excluding kinds: [String]) -> [Commit] {
        let commits = heads.flatMap { head in
            log[head.shard].filter { commit in
                commit.position <= head.position && !kinds.contains(commit.stream.kind)
            }
        }
        var missing = Int64(count)
        let newest = commits.sorted { ($0.at, $0.shard, $0.position) > ($1.at, $1.shard, $1.position) }.prefix {
            commit in
            defer { missing -= commit.version - versionBefore(commit) }
            return missing > 0
        }
        return newest.reversed()
    }

    private func versionBefore(_ commit: Commit) -> Int64 {
        let earlier = places[commit.stream]?.last { log[commit.shard][$0].version < commit.version }
        return earlier.map { log[commit.shard][$0].version } ?? 0
    }

    /// Up to `limit` streams of the kind whose names sort after `name`, by name.
    package func streams(ofKind kind: String, after name: StreamID?, limit: Int) -> [StreamID] {
        let names = streams.keys.filter { $0.kind == kind && $0 > name ?? StreamID("") }
        return Array(names.sorted().prefix(limit))
    }
}
