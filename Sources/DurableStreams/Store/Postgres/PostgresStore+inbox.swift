import Postgres
package import Time

extension PostgresStore {
    /// The columns of an insert into the inbox, in the table's order.
    func columns(_ messages: [Message]) -> [Parameter] {
        [
            .shards(messages.map(\.stream.shard)),
            .timestamps(messages.map(\.receivedAt)),
            .streams(messages.map(\.stream)),
            .texts(messages.map(\.id)),
            .texts(messages.map(\.kind)),
            .texts(messages.map(\.body)),
            .texts(messages.map(\.actor)),
            seals(messages) { $0.seal(of: $1) },
        ]
    }

    /// Leaves out what is answered and tells its places.
    private static let insertMessagesSQL = SQL(
        "engine_insert_messages",
        """
        WITH message AS MATERIALIZED (
            SELECT *
            FROM unnest(
                $1::int2[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[]
            ) WITH ORDINALITY AS m (shard, received_at, stream, id, kind, body, actor, seal, place)
        ), answered AS MATERIALIZED (
            SELECT m.place
            FROM message m
            JOIN answer a ON a.shard = m.shard AND a.stream = m.stream AND a.id = m.id
        ), sent AS (
            INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor, seal)
            SELECT shard, received_at, stream, id, kind, body, actor, seal
            FROM message
            WHERE place NOT IN (SELECT place FROM answered)
            ON CONFLICT DO NOTHING
        )
        SELECT place FROM answered
        """
    )

    func insertMessages(_ messages: [Message]) -> Statement? {
        messages.isEmpty ? nil : Statement(Self.insertMessagesSQL, columns(messages))
    }

    /// The messages whose places the answer tells.
    func keys(of answer: Rows, among messages: [Message]) throws(StoreError) -> Set<MessageKey> {
        let places = try decoded(answer) { row throws(PostgresError) in try row.get(0, as: Int.self) }
        return Set(places.map { messages[$0 - 1].key })
    }

    @discardableResult
    package func send(_ messages: [Message]) async throws(StoreError) -> Set<MessageKey> {
        guard let statement = insertMessages(messages) else { return [] }
        return try keys(of: try await query(statement), among: messages)
    }

    /// One walk of the primary key per shard.
    ///
    /// The answer is looked up row by row: LIMIT keeps the planner from hashing the whole table.
    private static let inboxSQL = SQL(
        "engine_read_inbox",
        """
        SELECT m.stream, m.id, m.kind, m.body, m.actor, m.received_at, a.found IS NOT NULL, m.seal, m.shard
        FROM unnest($1::int2[]) AS s (shard)
        CROSS JOIN LATERAL (
            SELECT *
            FROM inbox i
            WHERE i.shard = s.shard AND i.received_at >= $2 AND i.stream <> ALL ($4::text[])
            ORDER BY i.received_at, i.stream, i.id
            LIMIT $3
        ) m
        LEFT JOIN LATERAL (
            SELECT true AS found
            FROM answer a
            WHERE a.shard = m.shard AND a.stream = m.stream AND a.id = m.id
            LIMIT 1
        ) a ON true
        LIMIT $3
        """
    )

    package func inbox(
        of shards: [Shard],
        since start: Timestamp?,
        excluding excluded: [StreamID],
        limit: Int
    ) async throws(StoreError) -> [InboxRow] {
        let statement = Self.inboxSQL(
            .shards(shards),
            .timestamp(start ?? Limits.times.lowerBound),
            .int64(Int64(limit)),
            .streams(excluded)
        )
        return try await rows(statement) { row throws(PostgresError) in
            let message = Message(
                id: try row.get(1),
                stream: StreamID(try row.get(0)),
                kind: try row.get(2),
                body: try row.get(3),
                actor: try row.get(4),
                receivedAt: try row.get(5)
            )
            let seal: [UInt8]? = try row.get(7)
            var found = InboxRow(message: message, isAnswered: try row.get(6))
            found.shard = Shard(try row.get(8))
            let isAtHome = found.shard == message.stream.shard
            found.isSealed = believes { isAtHome && $0.isSealed(message, by: seal) }
            return found
        }
    }

    package func discard(_ rows: [InboxRow]) async throws(StoreError) {
        let messages = rows.map(\.message)
        guard let statement = Self.consume(messages.map(\.key), receivedAt: messages.map(\.receivedAt)) else { return }
        _ = try await query(statement)
    }

    private static let answersSQL = SQL(
        "engine_read_answers",
        """
        SELECT a.stream, a.id, a.position, a.code, a.detail
        FROM unnest($1::int2[], $2::text[], $3::text[]) AS k (shard, stream, id)
        JOIN answer a ON a.shard = k.shard AND a.stream = k.stream AND a.id = k.id
        """
    )

    package func answers(to keys: [MessageKey]) async throws(StoreError) -> [MessageKey: Answer] {
        let statement = Self.answersSQL(
            .shards(keys.map(\.stream.shard)),
            .streams(keys.map(\.stream)),
            .texts(keys.map(\.id))
        )
        let found = try await rows(statement) { row throws(PostgresError) in
            let key = MessageKey(stream: StreamID(try row.get(0)), id: try row.get(1))
            let columns = AnswerColumns(position: try row.get(2), code: try row.get(3), detail: try row.get(4))
            return (key, columns.answer)
        }
        return Dictionary(found) { first, _ in first }
    }
}

/// An answer as the columns of its row.
struct AnswerColumns {
    var position: Int64?
    var code: String?
    var detail: String?
}

extension AnswerColumns {
    init(_ answer: Answer) {
        switch answer {
        case .accepted(let position): self.init(position: position)
        case .refused(let code, let detail): self.init(code: code, detail: detail)
        case .setAside(let error): self.init(detail: error)
        }
    }

    var answer: Answer {
        if let position { return .accepted(position: position) }
        if let code { return .refused(code: code, detail: detail ?? "") }
        return .setAside(error: detail ?? "")
    }
}
