import Postgres

extension PostgresStore {
    /// One statement and so one snapshot of the database: a stream's row and its commits fit together.
    private static let loadSQL = SQL(
        "engine_load_streams",
        """
        WITH wanted AS MATERIALIZED (
            SELECT
                q.place, q.shard, q.stream, s.stream IS NOT NULL AS is_stored, s.wake_at, s.snapshot_seal,
                CASE WHEN $3 THEN NULL ELSE s.snapshot END AS snapshot,
                CASE WHEN $3 THEN NULL ELSE s.snapshot_version END AS snapshot_version
            FROM unnest($1::int2[], $2::text[]) WITH ORDINALITY AS q (shard, stream, place)
            LEFT JOIN stream s ON s.shard = q.shard AND s.stream = q.stream
        )
        SELECT
            place, is_stored, wake_at, snapshot, snapshot_version,
            NULL::int8 AS position, NULL::json AS events, NULL AS actor, NULL AS cause, NULL::timestamptz AS at,
            NULL::bytea AS chain, 0::int8 AS version, snapshot_seal AS seal
        FROM wanted
        UNION ALL
        SELECT w.place, NULL, NULL, NULL, NULL, c.position, c.events, c.actor, c.cause, c.at, c.chain, c.version, c.seal
        FROM wanted w
        CROSS JOIN LATERAL (
            SELECT * FROM commit c
            WHERE c.shard = w.shard AND c.stream = w.stream AND c.version > coalesce(w.snapshot_version, 0)
        ) c
        ORDER BY place, version
        """
    )

    package func load(_ streams: [StreamID], fromFirstEvent: Bool) async throws(StoreError) -> [StoredStream] {
        var (loaded, doubted) = try await read(streams, fromFirstEvent: fromFirstEvent)
        guard !doubted.isEmpty else { return loaded }
        let (again, _) = try await read(doubted.map { streams[$0] }, fromFirstEvent: true)
        for (index, stream) in zip(doubted, again) { loaded[index] = stream }
        return loaded
    }

    /// - Returns: with the places of those whose snapshots are not sealed: they must be read from their first events.
    private func read(
        _ streams: [StreamID],
        fromFirstEvent: Bool
    ) async throws(StoreError) -> (loaded: [StoredStream], doubted: [Int]) {
        let statement = Self.loadSQL(
            .shards(streams.map(\.home)),
            .streams(streams),
            .bool(fromFirstEvent)
        )
        let answer = try await query(statement)
        var (loaded, doubted): ([StoredStream], [Int]) = ([], [])
        do throws(PostgresError) {
            for row in answer {
                let stream = streams[try row.get(0, as: Int.self) - 1]
                let seal: [UInt8]? = try row.get(12)
                if let position = try row.get(5, as: Int64?.self) {
                    append(try commit(of: stream, at: position, row), seal, to: &loaded[loaded.count - 1])
                } else {
                    let found = try storedStream(stream, row)
                    if let snapshot = found.snapshot, !believes({ $0.isSealed(snapshot, of: stream, by: seal) }) {
                        doubted.append(loaded.count)
                    }
                    loaded.append(found)
                }
            }
        } catch {
            throw StoreError(error)
        }
        return (loaded, doubted)
    }

    private func append(_ commit: Commit, _ seal: [UInt8]?, to stream: inout StoredStream) {
        stream.commits.append(commit)
        guard stream.unsealed == nil, !believes({ $0.isSealed(commit, by: seal) }) else { return }
        stream.unsealed = UnsealedRow(commit)
    }

    private func storedStream(_ stream: StreamID, _ row: Row) throws(PostgresError) -> StoredStream {
        var snapshot: Snapshot?
        if let state = try row.get(3, as: String?.self) { snapshot = Snapshot(version: try row.get(4), state: state) }
        return StoredStream(
            stream: stream,
            exists: try row.get(1),
            wakeAt: try row.get(2),
            snapshot: snapshot,
            commits: []
        )
    }

    private func commit(of stream: StreamID, at position: Int64, _ row: Row) throws(PostgresError) -> Commit {
        Commit(
            shard: stream.home,
            position: position,
            stream: stream,
            version: try row.get(11),
            events: try row.get(6),
            actor: try row.get(7),
            cause: try row.get(8),
            at: try row.get(9),
            chain: try row.get(10)
        )
    }
}
