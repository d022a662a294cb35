import Postgres

extension PostgresStore {
    private static let headsSQL = SQL(
        "engine_read_heads",
        """
        SELECT c.position, c.chain, c.at, c.seal
        FROM unnest($1::int2[]) WITH ORDINALITY AS s (shard, place)
        LEFT JOIN LATERAL (
            SELECT * FROM commit c WHERE c.shard = s.shard ORDER BY c.position DESC LIMIT 1
        ) c ON true
        ORDER BY s.place
        """
    )

    package func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead] {
        let heads = try await rows(Self.headsSQL(.shards(shards))) {
            row throws(PostgresError) -> (head: ChainHead, seal: [UInt8]?)? in
            guard let position = try row.get(0, as: Int64?.self) else { return nil }
            let head = ChainHead(shard: Shard(0), position: position, chain: try row.get(1), at: try row.get(2))
            return (head, try row.get(3))
        }
        return zip(shards, heads).map { shard, found in
            guard let (head, seal) = found else { return .genesis(shard) }
            var placed = head
            placed.shard = shard
            placed.isSealed = believes { [placed] in judgedHeads.isSealed(placed, by: seal, $0) }
            return placed
        }
    }

    private static let containsSQL = SQL(
        "engine_contains_commit",
        "SELECT EXISTS (SELECT FROM commit WHERE shard = $1 AND position = $2 AND chain = $3)"
    )

    package func contains(_ commit: ChainHead) async throws(StoreError) -> Bool {
        let statement = Self.containsSQL(
            .int16(commit.shard.rawValue),
            .int64(commit.position),
            .bytea(commit.chain)
        )
        return try await rows(statement) { row throws(PostgresError) in try row.get(0, as: Bool.self) } == [true]
    }

    private static let endsSQL = SQL(
        "engine_read_ends",
        """
        SELECT c.version, c.chain
        FROM unnest($1::int2[], $2::text[]) WITH ORDINALITY AS s (shard, stream, place)
        LEFT JOIN LATERAL (
            SELECT version, chain FROM commit c
            WHERE c.shard = s.shard AND c.stream = s.stream
            ORDER BY c.version DESC
            LIMIT 1
        ) c ON true
        ORDER BY s.place
        """
    )

    package func ends(of streams: [StreamID]) async throws(StoreError) -> [StreamEnd] {
        let statement = Self.endsSQL(.shards(streams.map(\.home)), .streams(streams))
        return try await rows(statement) { row throws(PostgresError) in
            guard let version = try row.get(0, as: Int64?.self) else { return .start }
            return StreamEnd(version: version, chain: try row.get(1))
        }
    }

    private static let wakesSQL = SQL(
        "engine_read_wakes",
        "SELECT stream, wake_at FROM stream WHERE shard = ANY ($1::int2[]) AND wake_at IS NOT NULL ORDER BY stream"
    )

    package func wakes(of shards: [Shard]) async throws(StoreError) -> [StoredWake] {
        try await rows(Self.wakesSQL(.shards(shards))) { row throws(PostgresError) in
            StoredWake(stream: StreamID(try row.get(0)), at: try row.get(1))
        }
    }

    /// - Throws: ``StoreError/Code/unsealed`` for a commit that is not to be believed, too.
    private func commits(_ statement: Statement) async throws(StoreError) -> [Commit] {
        let found = try await rows(statement) { row throws(PostgresError) in
            (commit: try Commit(row), seal: try row.get(9, as: [UInt8]?.self))
        }
        for (commit, seal) in found where !believes({ $0.isSealed(commit, by: seal) }) {
            throw StoreError(.unsealed, "\(UnsealedRow(commit))")
        }
        return found.map(\.commit)
    }

    private static let streamCommitsSQL = SQL(
        "engine_read_stream",
        """
        SELECT shard, position, stream, version, events, actor, cause, at, chain, seal
        FROM commit
        WHERE shard = $1 AND stream = $2 AND version > $3
        ORDER BY version
        LIMIT $4
        """
    )

    package func commits(
        of stream: StreamID,
        after version: Int64,
        limit: Int
    ) async throws(StoreError) -> [Commit] {
        let statement = Self.streamCommitsSQL(
            .int16(stream.home.rawValue),
            .text(stream.rawValue),
            .int64(version),
            .int64(Int64(limit))
        )
        return try await commits(statement)
    }

    private static let shardCommitsSQL = SQL(
        "engine_read_shards",
        """
        SELECT c.shard, c.position, c.stream, c.version, c.events, c.actor, c.cause, c.at, c.chain, c.seal
        FROM unnest($1::int2[], $2::int8[]) WITH ORDINALITY AS p (shard, position, place)
        CROSS JOIN LATERAL (
            SELECT *
            FROM commit c
            WHERE c.shard = p.shard AND c.position > p.position
            ORDER BY c.position
            LIMIT $3
        ) c
        ORDER BY p.place, c.position
        """
    )

    package func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit] {
        let statement = Self.shardCommitsSQL(
            .shards(places.map(\.shard)),
            .int64s(places.map(\.position)),
            .int64(Int64(limit))
        )
        return try await commits(statement)
    }

    /// The places of the newest are found first, so that only their events are read.
    ///
    /// How many events a commit holds its version tells, less that of the stream's commit before it.
    /// Of each shard the newest `$3` commits are looked at: what is older than the oldest of a shard that may have more is not told
    /// apart from those. None come when the rest does not hold enough events.
    private static let newestCommitsSQL = SQL(
        "engine_read_newest",
        """
        WITH seen AS MATERIALIZED (
            SELECT c.*
            FROM unnest($1::int2[], $2::int8[]) AS h (shard, position)
            CROSS JOIN LATERAL (
                SELECT c.shard, c.position, c.at, c.stream, c.version
                FROM commit c
                WHERE c.shard = h.shard AND c.position <= h.position AND split_part(c.stream, '/', 1) <> ALL ($5::text[])
                ORDER BY c.position DESC
                LIMIT $3
            ) c
        ),
        unseen AS MATERIALIZED (
            SELECT max(s.at) AS at
            FROM (SELECT min(at) AS at FROM seen GROUP BY shard HAVING count(*) = $3) s
            WHERE $3 < $4
        ),
        newest AS MATERIALIZED (
            SELECT s.*
            FROM seen s
            CROSS JOIN unseen u
            WHERE u.at IS NULL OR s.at > u.at
            ORDER BY s.at DESC, s.shard DESC, s.position DESC
            LIMIT $4
        ),
        counted AS MATERIALIZED (
            SELECT n.shard, n.position, e.events,
                sum(e.events) OVER (ORDER BY n.at DESC, n.shard DESC, n.position DESC)::int8 AS events_so_far
            FROM newest n
            CROSS JOIN LATERAL (
                SELECT n.version - coalesce(max(c.version), 0) AS events
                FROM commit c
                WHERE c.shard = n.shard AND c.stream = n.stream AND c.version < n.version
            ) e
        )
        SELECT c.shard, c.position, c.stream, c.version, c.events, c.actor, c.cause, c.at, c.chain, c.seal
        FROM counted n
        JOIN commit c ON c.shard = n.shard AND c.position = n.position
        WHERE n.events_so_far - n.events < $4
            AND ((SELECT at FROM unseen) IS NULL OR (SELECT max(events_so_far) FROM counted) >= $4)
        ORDER BY c.at, c.shard, c.position
        """
    )

    /// Commits of a shard that are looked at first: what is new is in many shards.
    private static let newestOfShard = 16

    package func newestCommits(
        upTo heads: [LogPlace],
        holding count: Int,
        excluding kinds: [String]
    ) async throws(StoreError) -> [Commit] {
        var limit = min(count, Self.newestOfShard)
        while true {
            let statement = Self.newestCommitsSQL(
                .shards(heads.map(\.shard)),
                .int64s(heads.map(\.position)),
                .int64(Int64(limit)),
                .int64(Int64(count)),
                .texts(kinds)
            )
            let found = try await commits(statement)
            // A commit holds one event or more.
            if !found.isEmpty || limit >= count { return found }
            limit = min(count, 4 * limit)
        }
    }

    private static let streamsOfKindSQL = SQL(
        "engine_read_streams_of_kind",
        "SELECT stream FROM stream WHERE kind = $1 AND stream > $2 ORDER BY stream LIMIT $3"
    )

    package func streams(
        ofKind kind: String,
        after name: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [StreamID] {
        let statement = Self.streamsOfKindSQL(.text(kind), .text(name?.rawValue ?? ""), .int64(Int64(limit)))
        return try await rows(statement) { row throws(PostgresError) in StreamID(try row.get(0)) }
    }
}

extension Commit {
    /// Reads the columns in the order of the table.
    ///
    /// The shard is not checked against 0…255 beyond what the table does: a shard out of range cannot be asked for.
    fileprivate init(_ row: Row) throws(PostgresError) {
        self.init(
            shard: Shard(try row.get(0)),
            position: try row.get(1),
            stream: StreamID(try row.get(2)),
            version: try row.get(3),
            events: try row.get(4),
            actor: try row.get(5),
            cause: try row.get(6),
            at: try row.get(7),
            chain: try row.get(8)
        )
    }
}
