package import DurableStreams
package import Logging
package import Postgres
import Time

/// Keeps the read models behind the log.
///
/// Each step reads what is new, and writes what follows from it together with how far it has read: a step happens once, whoever
/// makes it, and any number of processes may try.
package struct Projector: Sendable {
    /// The name under which its place in the log is kept; a new name projects the whole log again.
    private static let name = "fleet.v1"
    /// How often the log is looked at without being asked.
    private static let pollInterval = Duration.milliseconds(250)
    /// Commits taken in one step: they bound the memory, which a commit of a large flush uses 300 kB of.
    private static let commitsPerStep = 256

    private let client: PostgresClient
    private let reader: StreamReader
    private let projection: FleetProjection
    private let turn = Turn()
    private let logger: Logger

    package init(client: PostgresClient, reader: StreamReader, content: ContentStore, logger: Logger) {
        self.client = client
        self.reader = reader
        self.logger = logger
        projection = FleetProjection(client: client, reader: reader, content: content)
    }

    /// Follows the log until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await catchUp()
            } catch is CancellationError {
                return
            } catch {
                logger.error("read models fall behind; trying again", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: Self.pollInterval) } catch { return }
        }
    }

    /// Returns when the read models hold everything that was in the log at the call.
    package func catchUp() async throws {
        let end = try await reader.end()
        while try await cursor().isBehind(end) { try await turn.take(step) }
    }

    // MARK: - Steps

    private func cursor() async throws -> LogCursor {
        let rows = try await client.query(Self.readCursor(.text(Self.name)))
        guard !rows.isEmpty else {
            _ = try await client.query(Self.createCursor(.text(Self.name)))
            return LogCursor()
        }
        return try LogCursor(rows)
    }

    /// Reads and judges outside the transaction: whoever holds a connection must not wait for a second one.
    private func step() async throws {
        let cursor = try await cursor()
        let day = try await DailySeries.openDay(of: Self.name, client)
        let end = day.map { Timestamp(microseconds: ($0 + 1) * 86_400_000_000) }
        let (commits, next) = try await reader.commits(after: cursor, before: end, limit: Self.commitsPerStep)
        guard !commits.isEmpty else { return try await openNextDay(after: day, at: cursor) }
        let statements = try await projection.statements(for: commits)
        let moved = Shard.all.filter { next[$0] != cursor[$0] }
        let move = Self.moveCursor(
            .text(Self.name),
            .int16s(moved.map(\.rawValue)),
            .int64s(moved.map { next[$0] })
        )
        try await write(statements + [move], at: cursor)
    }

    /// All of the day was read: what comes next is of a later one.
    private func openNextDay(after day: Int64?, at cursor: LogCursor) async throws {
        guard let first = try await reader.commits(after: cursor, limit: 1).commits.first?.at.day, first > day ?? .min
        else { return }
        let next = day.map { $0 + 1 } ?? first
        try await write(DailySeries.statements(opening: next, after: day, of: Self.name), at: cursor)
    }

    private func write(_ statements: [Statement], at cursor: LogCursor) async throws {
        try await client.withTransaction { transaction in
            let rows = try await transaction.query(Self.lockCursor(.text(Self.name)))
            // Somebody else made this step meanwhile.
            guard try LogCursor(rows) == cursor else { return }
            for statement in statements { _ = try await transaction.query(statement) }
        }
    }

    // MARK: - SQL

    private static let readCursor = SQL(
        "projection_cursor_read",
        "SELECT shard, position FROM projection_cursor WHERE projection = $1"
    )

    private static let createCursor = SQL(
        "projection_cursor_create",
        """
        INSERT INTO projection_cursor (projection, shard, position)
        SELECT $1, shard, 0 FROM generate_series(0, 255) AS shard
        ON CONFLICT DO NOTHING
        """
    )

    private static let lockCursor = SQL(
        "projection_cursor_lock",
        "SELECT shard, position FROM projection_cursor WHERE projection = $1 ORDER BY shard FOR UPDATE"
    )

    private static let moveCursor = SQL(
        "projection_cursor_move",
        """
        UPDATE projection_cursor AS c
        SET position = n.position
        FROM unnest($2::smallint[], $3::bigint[]) AS n (shard, position)
        WHERE c.projection = $1 AND c.shard = n.shard
        """
    )
}

extension LogCursor {
    init(_ rows: Rows) throws(PostgresError) {
        self.init()
        for row in rows { self[Shard(try row.get(0))] = try row.get(1) }
    }

    func isBehind(_ other: LogCursor) -> Bool { Shard.all.contains { self[$0] < other[$0] } }
}
