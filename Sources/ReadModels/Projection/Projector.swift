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

    /// How often, and after which rest, a step that brought nothing is made again before that is an error.
    private static let idleSteps = 20
    private static let idleRest = Duration.milliseconds(50)

    private let client: PostgresClient
    private let reader: StreamReader
    private let projection: FleetProjection
    private let turn = Turn()
    private let rest = DatabaseRest()
    private let logger: Logger
    /// The shards whose next commit cannot be projected: the read models stand still there, and go on in all others.
    package let stopped: StoppedShards

    package init(
        client: PostgresClient,
        reader: StreamReader,
        content: ContentStore,
        logger: Logger,
        stopped: StoppedShards = StoppedShards()
    ) {
        self.client = client
        self.reader = reader.apart(stopped)
        self.logger = logger
        self.stopped = stopped
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
            for stop in stopped.takeNews() {
                logger.error(
                    "read models stand still in one shard and go on in the others",
                    metadata: ["shard": "\(stop.shard)", "position": "\(stop.position)", "error": "\(stop.reason)"]
                )
            }
            do { try await Task.sleep(for: Self.pollInterval) } catch { return }
        }
    }

    /// Returns when the read models hold everything that was in the log at the call, but for what stands behind a commit that cannot
    /// be projected.
    ///
    /// - Throws: ``ReadModelsStall`` when there is more and step after step brings nothing.
    package func catchUp() async throws {
        // Taken before the log is looked at, so that nothing that is committed meanwhile passes for seen.
        let moment = try await rest.moment(of: client)
        if rest.isLevel(at: moment) { return }
        var end = try await reader.end()
        var (place, day, idle) = (try await cursor(), Int64?.none, 0)
        stopped.pass(place)
        while place.isBehind(stopped.limit(end, from: place)) {
            try await turn.take(step)
            let next = try await cursor()
            // A step may also end a day without taking a commit.
            let nextDay = next == place ? try await DailySeries.openDay(of: Self.name, client) : day
            idle = next == place && nextDay == day ? idle + 1 : 0
            (place, day) = (next, nextDay)
            stopped.pass(place)
            guard idle > 0 else { continue }
            // The log may be shorter by now: a commit was taken out, or the database brought back to an earlier moment.
            end = end.limited(to: try await reader.end())
            guard place.isBehind(stopped.limit(end, from: place)) else { break }
            guard idle < Self.idleSteps else { throw ReadModelsStall(place, end) }
            try await Task.sleep(for: Self.idleRest)
        }
        // A shard that stands still is tried again after a while, though nothing was committed.
        if stopped.all.isEmpty { rest.note(levelAt: moment) }
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
        let (commits, last) = try await reader.commits(after: cursor, before: end, limit: Self.commitsPerStep)
        guard !commits.isEmpty else { return try await openNextDay(after: day, at: cursor) }
        if day == nil, let first = commits.map(\.at.day).min() {
            // Nothing is taken before the first day is open, or it would be of none.
            try await write(DailySeries.statements(opening: first, after: nil, of: Self.name), at: cursor)
            return
        }
        let (statements, next) = try await statements(for: commits, from: cursor, to: last)
        guard next != cursor else { return }
        let moved = Shard.all.filter { next[$0] != cursor[$0] }
        let move = Self.moveCursor(
            .text(Self.name),
            .int16s(moved.map(\.rawValue)),
            .int64s(moved.map { next[$0] })
        )
        if try await write(statements + [move], at: cursor) { projection.noteWritten() }
    }

    /// All of the day was read: what comes next is of a later one.
    private func openNextDay(after day: Int64?, at cursor: LogCursor) async throws {
        guard let first = try await reader.commits(after: cursor, limit: 1).commits.first?.at.day, first > day ?? .min
        else { return }
        let next = day.map { $0 + 1 } ?? first
        try await write(DailySeries.statements(opening: next, after: day, of: Self.name), at: cursor)
    }

    /// - Returns: whether it was written: somebody else may have made the step meanwhile.
    @discardableResult
    private func write(_ statements: [Statement], at cursor: LogCursor) async throws -> Bool {
        try await client.withTransaction { transaction in
            let rows = try await transaction.query(Self.lockCursor(.text(Self.name)))
            guard try LogCursor(rows) == cursor else { return false }
            for statement in statements { _ = try await transaction.query(statement) }
            return true
        }
    }

    /// What follows from the commits; a shard stops in front of the first one that cannot be projected.
    private func statements(
        for commits: [Commit],
        from cursor: LogCursor,
        to end: LogCursor
    ) async throws -> (statements: [Statement], cursor: LogCursor) {
        var (commits, end) = (commits, end)
        while !commits.isEmpty {
            do {
                return (try await projection.statements(for: commits), end)
            } catch let commit as UnreadableCommit {
                stopped.stop(commit.shard, at: commit.position, commit.description)
                commits.removeAll { $0.shard == commit.shard && $0.position >= commit.position }
                end[commit.shard] = max(cursor[commit.shard], commit.position - 1)
            }
        }
        return ([], cursor)
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

    /// Nowhere further than the other.
    func limited(to other: LogCursor) -> LogCursor {
        var cursor = self
        for shard in Shard.all { cursor[shard] = min(self[shard], other[shard]) }
        return cursor
    }
}
