import Postgres

extension PostgresStore {
    private static let setAsideSQL = SQL(
        "engine_read_set_aside",
        """
        SELECT stream, id, kind, body, actor, received_at, error, at
        FROM set_aside
        ORDER BY at DESC, shard, stream, id
        LIMIT $1
        """
    )

    package func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await rows(Self.setAsideSQL(.int64(Int64(limit)))) { row throws(PostgresError) in try Self.setAside(row) }
    }

    private static let setAsideByIDSQL = SQL(
        "engine_find_set_aside",
        """
        SELECT stream, id, kind, body, actor, received_at, error, at
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
        return try await rows(statement) { row throws(PostgresError) in try Self.setAside(row) }
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

    // MARK: - Settling

    /// Whoever deletes the row settles the message; a second one finds none.
    private static let takeSQL = """
        WITH taken AS (
            DELETE FROM set_aside WHERE shard = $1 AND stream = $2 AND id = $3
            RETURNING shard, stream, id, kind, body, actor, received_at, error, at
        )
        """

    private static let recordSQL = """
        INSERT INTO settlement (shard, stream, id, kind, body, actor, received_at, error, set_aside_at, request, verb,
            settled_by, reason, settled_at)
        SELECT t.*, $4, $5, $6, $7, now()
        FROM taken t
        RETURNING settled_at, stream, id, kind, body, actor, received_at, error, set_aside_at
        """

    private static let retryMessageSQL = SQL(
        "engine_retry_message",
        """
        \(takeSQL), reopened AS (
            DELETE FROM answer a
            USING taken t
            WHERE a.shard = t.shard AND a.stream = t.stream AND a.id = t.id AND a.position IS NULL AND a.code IS NULL
        ), sent AS (
            INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor)
            SELECT shard, received_at, stream, id, kind, body, actor FROM taken
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
