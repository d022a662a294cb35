import Postgres

extension PostgresStore {
    /// How long one of the questions may take before the database ends it.
    private static let statusTimeout = Duration.seconds(1)

    private static let enginesSQL = SQL(
        "engine_status_engines",
        """
        SELECT coalesce(e.id, l.owner), e.started_at, coalesce(e.until, l.until), coalesce(l.shards, 0)
        FROM engine e
        FULL JOIN (SELECT owner, count(*) AS shards, max(until) AS until FROM lease GROUP BY owner) l ON l.owner = e.id
        ORDER BY 1
        LIMIT 1000
        """
    )

    private static let clockSQL = SQL("engine_status_clock", "SELECT now()")

    /// The oldest message is one step into each shard's index; how many there are is counted up to a limit.
    private static let inboxesSQL = SQL(
        "engine_status_inboxes",
        """
        SELECT o.shard, o.received_at, coalesce(c.waiting, 1)
        FROM generate_series(0, 255) AS s (shard)
        CROSS JOIN LATERAL (
            SELECT i.shard, i.received_at FROM inbox i WHERE i.shard = s.shard::int2 ORDER BY i.received_at LIMIT 1
        ) o
        LEFT JOIN (
            SELECT shard, count(*) AS waiting FROM (SELECT shard FROM inbox LIMIT $1) bounded GROUP BY shard
        ) c ON c.shard = o.shard
        ORDER BY 1
        """
    )

    private static let tasksSQL = SQL(
        "engine_status_tasks",
        """
        SELECT
            count(*) FILTER (WHERE dead_at IS NULL AND due_at > now() AND worker IS NULL),
            count(*) FILTER (WHERE dead_at IS NULL AND due_at <= now()),
            count(*) FILTER (WHERE dead_at IS NULL AND due_at > now() AND worker IS NOT NULL),
            count(*) FILTER (WHERE dead_at IS NOT NULL)
        FROM (SELECT due_at, worker, dead_at FROM task LIMIT $1) bounded
        """
    )

    private static let countSetAsideSQL = SQL(
        "engine_status_set_aside",
        "SELECT count(*) FROM (SELECT FROM set_aside LIMIT $1) bounded"
    )

    package func status() async throws(StoreError) -> StoreStatus {
        var options = TransactionOptions()
        options.isReadOnly = true
        options.statementTimeout = Self.statusTimeout
        let limit = Parameter.int64(Int64(StoreStatus.countLimit))
        let answers: [Rows]
        do {
            answers = try await client.withTransaction(options) { transaction in
                try await transaction.batch([
                    Self.clockSQL(), Self.enginesSQL(), Self.inboxesSQL(limit), Self.tasksSQL(limit),
                    Self.countSetAsideSQL(limit),
                ])
            }
        } catch let error as PostgresError {
            throw StoreError(error)
        } catch {
            throw StoreError(.unavailable, "\(error)")
        }
        var status: StoreStatus
        do throws(PostgresError) {
            status = try Self.status(answers)
        } catch {
            throw StoreError(error)
        }
        status.unsealedShards = try await heads(of: Shard.all).filter { !$0.isSealed }.map(\.shard)
        return status
    }

    private static func status(_ answers: [Rows]) throws(PostgresError) -> StoreStatus {
        var status = StoreStatus(now: try answers[0].one().get(0))
        for row in answers[1] {
            let engine = EngineLease(
                engine: try row.get(0),
                startedAt: try row.get(1),
                until: try row.get(2),
                shards: try row.get(3)
            )
            status.engines.append(engine)
        }
        for row in answers[2] {
            let lag = InboxLag(shard: Shard(try row.get(0)), waiting: try row.get(2), oldest: try row.get(1))
            status.inboxes.append(lag)
        }
        let tasks = try answers[3].one()
        status.tasks.scheduled = try tasks.get(0)
        status.tasks.due = try tasks.get(1)
        status.tasks.running = try tasks.get(2)
        status.tasks.dead = try tasks.get(3)
        status.setAside = try answers[4].one().get(0)
        return status
    }
}
