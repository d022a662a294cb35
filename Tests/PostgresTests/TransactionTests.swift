import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TransactionTests {
    private static let table = Statement.unprepared("CREATE TABLE t (n int8)")
    private static let insert = SQL("test_tx_insert", "INSERT INTO t (n) VALUES ($1)")
    private static let all = Statement.unprepared("SELECT n FROM t ORDER BY n")

    private struct Refused: Error {}

    @Test("What a transaction wrote is there after it, and only then")
    func commits() async throws {
        try await withDatabase { client in
            _ = try await client.query(Self.table)
            let value = try await client.withTransaction { session in
                _ = try await session.batch([Self.insert(.int64(1)), Self.insert(.int64(2))])
                #expect(try await client.query(Self.all).isEmpty)
                return try await session.query(Self.all).column(0, as: Int.self)
            }
            #expect(value == [1, 2])
            #expect(try await client.query(Self.all).count == 2)
        }
    }

    @Test("A transaction whose body throws leaves nothing, and its connection is used again")
    func rollsBack() async throws {
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            let first = try await client.query(.unprepared("SELECT pg_backend_pid()")).one().get(0, as: Int.self)
            _ = try await client.query(Self.table)
            await #expect(throws: Refused.self) {
                try await client.withTransaction { session in
                    _ = try await session.query(Self.insert(.int64(1)))
                    throw Refused()
                }
            }
            #expect(try await client.query(Self.all).isEmpty)
            let last = try await client.query(.unprepared("SELECT pg_backend_pid()")).one().get(0, as: Int.self)
            #expect(first == last)
        }
    }

    @Test("COMMIT after a failure that was passed over is an error, since it rolled back")
    func abortedCommit() async throws {
        try await withDatabase { client in
            _ = try await client.query(Self.table)
            let error = try await #require(throws: PostgresError.self) {
                try await client.withTransaction { session in
                    _ = try await session.query(Self.insert(.int64(1)))
                    await #expect(throws: PostgresError.self) {
                        try await session.query(.unprepared("SELECT 1/0"))
                    }
                }
            }
            #expect(error.code == .transactionAborted)
            #expect(try await client.query(Self.all).isEmpty)
        }
    }

    @Test("Time limits end a statement that runs, or waits for a lock, too long")
    func limits() async throws {
        try await withDatabase { client in
            var options = TransactionOptions()
            options.statementTimeout = .milliseconds(20)
            let slow = try await #require(throws: PostgresError.self) {
                try await client.withTransaction(options) { try await $0.query(.unprepared("SELECT pg_sleep(600)")) }
            }
            #expect(slow.code == .queryCancelled)
            options.statementTimeout = nil
            options.lockTimeout = .milliseconds(20)
            try await client.withTransaction { holder in
                _ = try await holder.query(.unprepared("SELECT pg_advisory_xact_lock(1)"))
                let waiting = try await #require(throws: PostgresError.self) {
                    try await client.withTransaction(options) {
                        try await $0.query(.unprepared("SELECT pg_advisory_xact_lock(1)"))
                    }
                }
                #expect(waiting.code == .lockNotAvailable)
                #expect(waiting.isRetryable)
            }
        }
    }

    @Test("A read-only transaction refuses to write, and a serializable one tells its conflict")
    func isolation() async throws {
        try await withDatabase { client in
            _ = try await client.query(Self.table)
            var options = TransactionOptions()
            options.isReadOnly = true
            let written = try await #require(throws: PostgresError.self) {
                try await client.withTransaction(options) { try await $0.query(Self.insert(.int64(1))) }
            }
            #expect(written.code == .readOnly)
            options = TransactionOptions()
            options.isolation = .serializable
            let conflict = try await #require(throws: PostgresError.self) {
                try await client.withTransaction(options) { first in
                    _ = try await first.query(Self.all)
                    try await client.withTransaction(options) { second in
                        _ = try await second.query(Self.all)
                        _ = try await second.query(Self.insert(.int64(1)))
                    }
                    _ = try await first.query(Self.insert(.int64(2)))
                }
            }
            #expect(conflict.code == .serializationFailure)
        }
    }

    @Test("A session that outlives its scope is refused")
    func sessionEnds() async throws {
        try await withDatabase { client in
            let leaked = try await client.withConnection { $0 }
            let error = await #expect(throws: PostgresError.self) {
                try await leaked.query(.unprepared("SELECT 1"))
            }
            #expect(error?.code == .closed)
        }
    }

    @Test("Nothing of a lent session is left behind")
    func sessionIsClosed() async throws {
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            try await client.withConnection { session in
                try await session.script("SELECT pg_advisory_lock(5); SET work_mem = '1MB'; BEGIN", name: "session")
            }
            let setting = try await client.query(.unprepared("SELECT current_setting('work_mem')"))
            #expect(try setting.one().get(0, as: String.self) != "1MB")
            // The server ends a closed session in its own time.
            try await waitUntil {
                try await client.query(.unprepared("SELECT pg_try_advisory_lock(5)")).one().get(0, as: Bool.self)
            }
        }
    }

    @Test("Calls of several tasks on one session, scripts among them, are run one after the other")
    func sessionIsShared() async throws {
        try await withDatabase { client in
            try await client.withConnection { session in
                try await session.script("CREATE TABLE t (n int8); INSERT INTO t VALUES (0)", name: "table")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for n in 1...50 {
                        group.addTask {
                            if n % 10 == 0 {
                                try await session.script("INSERT INTO t VALUES (\(n)); SELECT n FROM t", name: "script")
                            } else {
                                _ = try await session.query(Self.insert(.int64(Int64(n))))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await session.query(Self.all).column(0, as: Int.self) == Array(0...50))
            }
        }
    }

    @Test("Sessions speak UTC, use generic plans and say who they are")
    func settings() async throws {
        try await withDatabase { client in
            let row = try await client.query(
                .unprepared(
                    """
                    SELECT current_setting('TimeZone'), current_setting('plan_cache_mode'),
                        current_setting('application_name'), current_setting('client_encoding')
                    """
                )
            ).one()
            let values = try (0..<4).map { try row.get($0, as: String.self) }
            #expect(values == ["UTC", "force_generic_plan", "ringmaster", "UTF8"])
        }
    }
}
