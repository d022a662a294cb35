package import Logging
import Postgres

/// Forgets the answers that no sender asks for any more, a few at a time.
///
/// An answer is what makes a repeated message harmless, and messages are repeated within minutes or days.
package struct AnswerRetention: Sendable {
    /// How long an answer is kept at least.
    package static let kept = Duration.seconds(30 * 86_400)
    /// Answers that one statement looks at.
    private static let pageAnswers = 2_000
    /// Between two walks through the whole table.
    private static let interval = Duration.seconds(3_600)
    /// Before the first: a server that starts has all agents come back to it.
    private static let calm = Duration.seconds(300)

    private let store: PostgresStore
    private let pause: Duration
    private let logger: Logger

    /// - Parameter pause: between two statements, so that a walk disturbs nobody.
    package init(store: PostgresStore, pause: Duration = .milliseconds(200), logger: Logger) {
        self.store = store
        self.pause = pause
        self.logger = logger
    }

    /// Walks through the answers again and again until the task is cancelled; failures of the store are logged and outlasted.
    package func run() async {
        do { try await Task.sleep(for: Self.calm) } catch { return }
        while !Task.isCancelled {
            do {
                let count = try await sweep(olderThan: Self.kept)
                if count > 0 { logger.info("old answers are forgotten", metadata: ["answers.count": "\(count)"]) }
                try await Task.sleep(for: Self.interval)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("old answers cannot be forgotten; trying again", metadata: ["error": "\(error)"])
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    /// Walks through all answers once and forgets those that are older, by the database's clock.
    ///
    /// - Returns: how many they were.
    /// - Throws: ``StoreError``, and `CancellationError` between two statements.
    @discardableResult
    package func sweep(olderThan age: Duration) async throws -> Int {
        var forgotten = 0
        for shard in Shard.all {
            var last: MessageKey?
            repeat {
                let page = try await store.forgetAnswers(
                    in: shard,
                    behind: last,
                    olderThan: age,
                    limit: Self.pageAnswers
                )
                forgotten += page.forgotten
                last = page.last
                try await Task.sleep(for: pause)
            } while last != nil
        }
        return forgotten
    }
}

extension PostgresStore {
    /// A walk along the primary key: no index on the time, which every answer would pay for.
    private static let forgetAnswersSQL = SQL(
        "engine_forget_answers",
        """
        WITH page AS MATERIALIZED (
            SELECT stream, id, at < now() - $5 * interval '1 microsecond' AS is_old
            FROM answer
            WHERE shard = $1 AND (stream, id) > ($2, $3)
            ORDER BY stream, id
            LIMIT $4
        ), forgotten AS (
            DELETE FROM answer a
            USING page p
            WHERE p.is_old AND a.shard = $1 AND a.stream = p.stream AND a.id = p.id
            RETURNING 1
        )
        SELECT p.stream, p.id, (SELECT count(*) FROM forgotten), (SELECT count(*) FROM page)
        FROM page p
        ORDER BY p.stream DESC, p.id DESC
        LIMIT 1
        """
    )

    /// Looks at up to `limit` answers of the shard behind a key, and forgets those that are older than `age`.
    ///
    /// - Returns: how many are forgotten, and the key to go on behind; nil at the shard's end.
    fileprivate func forgetAnswers(
        in shard: Shard,
        behind key: MessageKey?,
        olderThan age: Duration,
        limit: Int
    ) async throws(StoreError) -> (forgotten: Int, last: MessageKey?) {
        let statement = Self.forgetAnswersSQL(
            .int16(shard.rawValue),
            .text(key?.stream.rawValue ?? ""),
            .text(key?.id ?? ""),
            .int64(Int64(limit)),
            .microseconds(age)
        )
        let found = try await rows(statement) { row throws(PostgresError) in
            let key = MessageKey(stream: StreamID(try row.get(0)), id: try row.get(1))
            let isFull = try row.get(3, as: Int.self) == limit
            return (forgotten: try row.get(2, as: Int.self), last: isFull ? key : nil)
        }
        return found.first ?? (0, nil)
    }
}
