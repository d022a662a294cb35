import Postgres

extension PostgresStore {
    // MARK: - Orders

    private static let issueSQL = SQL(
        "engine_issue_orders",
        """
        INSERT INTO "order" (shard, node, id, stream, body, issued_at, is_withdrawn, ordinal)
        SELECT shard, node, id, stream, body, issued_at, is_withdrawn, ordinal
        FROM unnest($1::int2[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bool[])
            WITH ORDINALITY AS o (shard, node, id, stream, body, issued_at, is_withdrawn, ordinal)
        ON CONFLICT DO NOTHING
        """
    )

    func issue(_ parts: [FlushPart]) -> Statement? {
        let orders = parts.flatMap(\.orders)
        guard !orders.isEmpty else { return nil }
        return Self.issueSQL(
            .shards(orders.map { Shard(of: $0.node) }),
            .texts(orders.map(\.node)),
            .texts(orders.map(\.id)),
            .streams(orders.map(\.stream)),
            .texts(orders.map(\.body)),
            .timestamps(orders.map(\.issuedAt)),
            .bools(orders.map(\.isWithdrawn))
        )
    }

    private static let retractSQL = SQL(
        "engine_retract_orders",
        """
        DELETE FROM "order" o
        USING unnest($1::int2[], $2::text[], $3::text[]) AS k (shard, node, id)
        WHERE o.shard = k.shard AND o.node = k.node AND o.id = k.id
        """
    )

    func retract(_ parts: [FlushPart]) -> Statement? { keyed(parts.flatMap(\.retractions), by: Self.retractSQL) }

    private static let withdrawSQL = SQL(
        "engine_withdraw_orders",
        """
        UPDATE "order" o
        SET is_withdrawn = true
        FROM unnest($1::int2[], $2::text[], $3::text[]) AS k (shard, node, id)
        WHERE o.shard = k.shard AND o.node = k.node AND o.id = k.id
        """
    )

    func withdraw(_ parts: [FlushPart]) -> Statement? { keyed(parts.flatMap(\.withdrawals), by: Self.withdrawSQL) }

    private func keyed(_ keys: [OrderKey], by sql: SQL) -> Statement? {
        guard !keys.isEmpty else { return nil }
        return sql(.shards(keys.map { Shard(of: $0.node) }), .texts(keys.map(\.node)), .texts(keys.map(\.id)))
    }

    private static let oldestOrdersSQL = SQL(
        "engine_oldest_orders",
        """
        SELECT o.node, o.id, o.stream, o.body, o.issued_at, o.is_withdrawn
        FROM unnest($1::int2[], $2::text[]) AS n (shard, node)
        CROSS JOIN LATERAL (
            SELECT * FROM "order" o
            WHERE o.shard = n.shard AND o.node = n.node
            ORDER BY o.issued_at, o.ordinal, o.id
            LIMIT 1
        ) o
        """
    )

    package func oldestOrders(for nodes: [String]) async throws(StoreError) -> [StoredOrder] {
        try await rows(Self.oldestOrdersSQL(.shards(nodes.map(Shard.init(of:))), .texts(nodes))) {
            row throws(PostgresError) in
            StoredOrder(
                node: try row.get(0),
                id: try row.get(1),
                stream: StreamID(try row.get(2)),
                body: try row.get(3),
                issuedAt: try row.get(4),
                isWithdrawn: try row.get(5)
            )
        }
    }

    // MARK: - Tasks

    /// Tasks are claimed by the database's clock: it is told how long to wait, not until when by another clock.
    private static let addTasksSQL = SQL(
        "engine_add_tasks",
        """
        INSERT INTO task (shard, stream, id, kind, body, due_at, seal)
        SELECT t.shard, t.stream, t.id, t.kind, t.body, now() + t.wait * interval '1 microsecond', t.seal
        FROM unnest($1::int2[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::bytea[])
            AS t (shard, stream, id, kind, body, wait, seal)
        ON CONFLICT DO NOTHING
        """
    )

    func addTasks(_ parts: [FlushPart]) -> Statement? {
        let tasks = parts.flatMap(\.tasks)
        guard !tasks.isEmpty else { return nil }
        return Self.addTasksSQL(
            .shards(tasks.map(\.stream.shard)),
            .streams(tasks.map(\.stream)),
            .texts(tasks.map(\.id)),
            .texts(tasks.map(\.kind)),
            .texts(tasks.map(\.body)),
            .int64s(parts.flatMap { part in part.tasks.map { $0.wait(from: part.at) } }),
            seals(tasks) { $0.seal(ofTask: $1.id, of: $1.stream, kind: $1.kind, body: $1.body) }
        )
    }

    private static let claimTasksSQL = SQL(
        "engine_claim_tasks",
        """
        WITH due AS (
            SELECT shard, stream, id
            FROM task
            WHERE dead_at IS NULL AND due_at <= now() AND kind = ANY ($1::text[])
            ORDER BY due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        UPDATE task t
        SET attempt = t.attempt + 1, due_at = now() + $3 * interval '1 microsecond', worker = $4
        FROM due
        WHERE t.shard = due.shard AND t.stream = due.stream AND t.id = due.id
        RETURNING t.stream, t.id, t.kind, t.body, t.attempt, t.seal
        """
    )

    package func claimTasks(
        of kinds: [String],
        for worker: String,
        limit: Int,
        lease: Duration
    ) async throws(StoreError) -> [ClaimedTask] {
        let statement = Self.claimTasksSQL(.texts(kinds), .int64(Int64(limit)), .microseconds(lease), .text(worker))
        return try await rows(statement) { row throws(PostgresError) in
            var task = ClaimedTask(
                stream: StreamID(try row.get(0)),
                id: try row.get(1),
                kind: try row.get(2),
                body: try row.get(3),
                attempt: try row.get(4)
            )
            let seal: [UInt8]? = try row.get(5)
            task.isSealed = believes { [task] in $0.isSealed(task, by: seal) }
            return task
        }
    }

    private static let taskKindsSQL = SQL(
        "engine_task_kinds",
        "SELECT DISTINCT kind FROM task WHERE dead_at IS NULL AND starts_with(kind, $1) ORDER BY kind"
    )

    /// The kinds of the tasks that are to be carried out, of those that begin so.
    package func taskKinds(startingWith prefix: String) async throws(StoreError) -> [String] {
        try await rows(Self.taskKindsSQL(.text(prefix))) { row throws(PostgresError) in try row.get(0) }
    }

    private static let releaseClaimsSQL = SQL(
        "engine_release_claims",
        "UPDATE task SET due_at = now(), worker = NULL WHERE worker = $1 AND dead_at IS NULL"
    )

    package func releaseClaims(of worker: String) async throws(StoreError) {
        _ = try await query(Self.releaseClaimsSQL(.text(worker)))
    }

    private static let extendClaimsSQL = SQL(
        "engine_extend_claims",
        """
        UPDATE task t
        SET due_at = now() + $5 * interval '1 microsecond'
        FROM unnest($1::int2[], $2::text[], $3::text[], $4::int4[]) WITH ORDINALITY AS k (shard, stream, id, attempt, place)
        WHERE t.shard = k.shard AND t.stream = k.stream AND t.id = k.id AND t.attempt = k.attempt AND t.dead_at IS NULL
        RETURNING k.place
        """
    )

    package func extendClaims(_ tasks: [ClaimedTask], lease: Duration) async throws(StoreError) -> [ClaimedTask] {
        guard !tasks.isEmpty else { return [] }
        let statement = Self.extendClaimsSQL(
            .shards(tasks.map(\.stream.shard)),
            .streams(tasks.map(\.stream)),
            .texts(tasks.map(\.id)),
            .int32s(tasks.map { Int32(clamping: $0.attempt) }),
            .microseconds(lease)
        )
        let held = Set(try await rows(statement) { row throws(PostgresError) in try row.get(0, as: Int.self) })
        return tasks.enumerated().filter { !held.contains($0.offset + 1) }.map(\.element)
    }

    /// The messages are sent only if the task was still claimed by this attempt.
    private static let completeSQL = SQL(
        "engine_complete_task",
        """
        WITH done AS (
            DELETE FROM task
            WHERE shard = $1 AND stream = $2 AND id = $3 AND attempt = $4 AND dead_at IS NULL
            RETURNING 1
        ), sent AS (
            INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor, seal)
            SELECT m.*
            FROM unnest(
                $5::int2[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[]
            ) AS m
            WHERE EXISTS (SELECT FROM done)
            ON CONFLICT DO NOTHING
        )
        SELECT count(*) FROM done
        """
    )

    package func complete(_ task: ClaimedTask, messages: [Message]) async throws(StoreError) -> Bool {
        let answer = try await query(Statement(Self.completeSQL, claim(task) + columns(messages)))
        return try decoded(answer) { row throws(PostgresError) in try row.get(0, as: Int.self) } == [1]
    }

    private static let retrySQL = SQL(
        "engine_retry_task",
        """
        UPDATE task SET due_at = now() + $6 * interval '1 microsecond', error = $5, worker = NULL
        WHERE shard = $1 AND stream = $2 AND id = $3 AND attempt = $4 AND dead_at IS NULL
        """
    )

    package func retry(_ task: ClaimedTask, error: String, after delay: Duration) async throws(StoreError) {
        _ = try await query(Statement(Self.retrySQL, claim(task) + [.text(error), .microseconds(delay)]))
    }

    private static let burySQL = SQL(
        "engine_bury_task",
        """
        WITH dead AS (
            UPDATE task SET dead_at = now(), error = $13
            WHERE shard = $1 AND stream = $2 AND id = $3 AND attempt = $4 AND dead_at IS NULL
            RETURNING 1
        )
        INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor, seal)
        SELECT m.*
        FROM unnest(
            $5::int2[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[]
        ) AS m
        WHERE EXISTS (SELECT FROM dead)
        ON CONFLICT DO NOTHING
        """
    )

    package func bury(_ task: ClaimedTask, error: String, message: Message?) async throws(StoreError) {
        let columns = columns(message.map { [$0] } ?? [])
        _ = try await query(Statement(Self.burySQL, claim(task) + columns + [.text(error)]))
    }

    private func claim(_ task: ClaimedTask) -> [Parameter] {
        [
            .int16(task.stream.shard.rawValue), .text(task.stream.rawValue), .text(task.id),
            .int32(Int32(clamping: task.attempt)),
        ]
    }
}
