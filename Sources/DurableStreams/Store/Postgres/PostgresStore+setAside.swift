import Postgres

extension PostgresStore {
    private static let setAsideSQL = SQL(
        "engine_read_set_aside",
        """
        SELECT stream, id, kind, body, actor, received_at, error, at, seal
        FROM set_aside
        ORDER BY at DESC, shard, stream, id
        LIMIT $1
        """
    )

    package func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await rows(Self.setAsideSQL(.int64(Int64(limit)))) { row throws(PostgresError) in try waiting(row) }
    }

    private static let setAsideByIDSQL = SQL(
        "engine_find_set_aside",
        """
        SELECT stream, id, kind, body, actor, received_at, error, at, seal
        FROM set_aside
        WHERE id = $1 AND ($2::text IS NULL OR stream = $2)
        ORDER BY stream
        LIMIT $3
        """
    )

    package func setAside(
        id: String,
        in stream: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [SetAsideMessage] {
        let statement = Self.setAsideByIDSQL(.text(id), .text(stream?.rawValue), .int64(Int64(limit)))
        return try await rows(statement) { row throws(PostgresError) in try waiting(row) }
    }

    /// Reads nine columns, the last of which is the seal.
    private func waiting(_ row: Row) throws(PostgresError) -> SetAsideMessage {
        var found = try Self.setAside(row)
        let (message, seal) = (found.message, try row.get(8, as: [UInt8]?.self))
        found.isSealed = believes { $0.isSealed(message, by: seal) }
        return found
    }

    /// Reads eight columns from `first` on.
    private static func setAside(_ row: Row, from first: Int = 0) throws(PostgresError) -> SetAsideMessage {
        let message = Message(
            id: try row.get(first + 1),
            stream: StreamID(try row.get(first)),
            kind: try row.get(first + 2),
            body: try row.get(first + 3),
            actor: try row.get(first + 4),
            receivedAt: try row.get(first + 5)
        )
        return SetAsideMessage(message: message, error: try row.get(first + 6), at: try row.get(first + 7))
    }

    // MARK: - What is not sealed

    /// As it stands when it is taken, and with the seal that it has.
    private static let setAsideUnsealedSQL = SQL(
        "engine_set_aside_unsealed",
        """
        WITH taken AS (
            DELETE FROM inbox i
            USING unnest($1::int2[], $2::timestamptz[], $3::text[], $4::text[], $6::int2[])
                AS k (shard, received_at, stream, id, home)
            WHERE i.shard = k.shard AND i.received_at = k.received_at AND i.stream = k.stream AND i.id = k.id
            RETURNING k.home AS shard, i.stream, i.id, i.kind, i.body, i.actor, i.received_at, i.seal
        )
        INSERT INTO set_aside (shard, stream, id, kind, body, actor, received_at, error, at, seal)
        SELECT DISTINCT ON (shard, stream, id) shard, stream, id, kind, body, actor, received_at, $5, now(), seal
        FROM taken
        ON CONFLICT DO NOTHING
        """
    )

    package func setAside(unsealed rows: [InboxRow]) async throws(StoreError) {
        guard !rows.isEmpty else { return }
        let messages = rows.map(\.message)
        let statement = Self.setAsideUnsealedSQL(
            .shards(rows.map(\.shard)),
            .timestamps(messages.map(\.receivedAt)),
            .streams(messages.map(\.stream)),
            .texts(messages.map(\.id)),
            .text("\(UnsealedRow(.inbox))"),
            .shards(messages.map(\.stream.shard))
        )
        _ = try await query(statement)
    }

    // MARK: - Settling

    /// Whoever deletes the row settles the message; a second one finds none.
    private static let takeSQL = """
        WITH taken AS (
            DELETE FROM set_aside WHERE shard = $1 AND stream = $2 AND id = $3
            RETURNING shard, stream, id, kind, body, actor, received_at, error, at, seal
        )
        """

    private static let recordSQL = """
        INSERT INTO settlement (shard, stream, id, kind, body, actor, received_at, error, set_aside_at, request, verb,
            settled_by, reason, settled_at)
        SELECT t.shard, t.stream, t.id, t.kind, t.body, t.actor, t.received_at, t.error, t.at, $4, $5, $6, $7, now()
        FROM taken t
        RETURNING settled_at, stream, id, kind, body, actor, received_at, error, set_aside_at
        """

    /// The message moves with its seal: nobody makes a stranger's message one of ours by retrying it.
    private static let retryMessageSQL = SQL(
        "engine_retry_message",
        """
        \(takeSQL), reopened AS (
            DELETE FROM answer a
            USING taken t
            WHERE a.shard = t.shard AND a.stream = t.stream AND a.id = t.id AND a.position IS NULL AND a.code IS NULL
        ), sent AS (
            INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor, seal)
            SELECT shard, received_at, stream, id, kind, body, actor, seal FROM taken
            ON CONFLICT DO NOTHING
        )
        \(recordSQL)
        """
    )

    private static let discardMessageSQL = SQL(
        "engine_discard_message",
        """
        \(takeSQL), refused AS (
            UPDATE answer a
            SET code = $8, detail = $9
            FROM taken t
            WHERE a.shard = t.shard AND a.stream = t.stream AND a.id = t.id AND a.position IS NULL AND a.code IS NULL
        )
        \(recordSQL)
        """
    )

    package func settle(_ key: MessageKey, _ request: SettlementRequest) async throws(StoreError) -> Settlement? {
        let parameters: [Parameter] = [
            .int16(key.stream.shard.rawValue), .text(key.stream.rawValue), .text(key.id), .text(request.id),
            .text(request.verb.rawValue), .text(request.by), .text(request.reason),
        ]
        let statement =
            switch request.verb {
            case .retry: Statement(Self.retryMessageSQL, parameters)
            case .discard:
                Statement(
                    Self.discardMessageSQL,
                    parameters + [.text(Settlement.discardedCode), .text(request.discardedDetail)]
                )
            }
        return try await rows(statement) { row throws(PostgresError) in
            Settlement(request: request, at: try row.get(0), settled: try Self.setAside(row, from: 1))
        }.first
    }

    private static let settlementsSQL = SQL(
        "engine_read_settlements",
        """
        SELECT request, verb, settled_by, reason, settled_at, stream, id, kind, body, actor, received_at, error, set_aside_at
        FROM settlement
        WHERE ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR stream = $2)
        ORDER BY settled_at DESC, shard, stream, id
        LIMIT $3
        """
    )

    package func settlements(
        of id: String?,
        in stream: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [Settlement] {
        let statement = Self.settlementsSQL(.text(id), .text(stream?.rawValue), .int64(Int64(limit)))
        return try await rows(statement) { row throws(PostgresError) in
            let request = SettlementRequest(
                id: try row.get(0),
                verb: Settlement.Verb(rawValue: try row.get(1)) ?? .discard,
                by: try row.get(2),
                reason: try row.get(3)
            )
            return Settlement(request: request, at: try row.get(4), settled: try Self.setAside(row, from: 5))
        }
    }
}
