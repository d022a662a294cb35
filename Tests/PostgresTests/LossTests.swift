import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LossTests {
    private static let pid = Statement.unprepared("SELECT pg_backend_pid()")

    private func folder(of database: TestDatabase) throws -> String {
        let quoted = try #require(database.conninfo.split(separator: " ").first { $0.hasPrefix("host=") })
        return String(quoted.dropFirst(6).dropLast())
    }

    /// Waits until a session blocks on the advisory lock 1, and ends it.
    private func killBlocked(_ client: PostgresClient) async throws {
        let kill = SQL(
            "test_kill",
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND NOT granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        )
        try await waitUntil { try await !client.query(kill()).isEmpty }
    }

    @Test("A batch whose server process is killed has an unknown outcome, and the client recovers")
    func killedMidFlight() async throws {
        try await withDatabase(configure: { $0.maxConnections = 3 }) { client in
            _ = try await client.query(.unprepared("CREATE TABLE t (n int8)"))
            try await client.withTransaction { holder in
                _ = try await holder.query(.unprepared("SELECT pg_advisory_xact_lock(1)"))
                let running = Task {
                    try await client.batch([
                        .unprepared("INSERT INTO t VALUES (1)"), .unprepared("SELECT pg_advisory_xact_lock(1)"),
                    ])
                }
                try await killBlocked(client)
                let error = await #expect(throws: PostgresError.self) { try await running.value }
                #expect(error?.code == .outcomeUnknown)
                #expect(error?.sqlState == "57P01")
            }
            for _ in 0..<10 { #expect(try await client.query(.unprepared("SELECT FROM t")).isEmpty) }
        }
    }

    @Test("A transaction whose connection breaks before COMMIT certainly had no effect")
    func killedInTransaction() async throws {
        try await withDatabase { client in
            _ = try await client.query(.unprepared("CREATE TABLE t (n int8)"))
            let error = try await #require(throws: PostgresError.self) {
                try await client.withTransaction { session in
                    let pid = try await session.query(Self.pid).one().get(0, as: Int32.self)
                    _ = try await session.query(.unprepared("INSERT INTO t VALUES (1)"))
                    let kill = Statement.unprepared("SELECT pg_terminate_backend($1, 10000)", [.int32(pid)])
                    #expect(try await client.query(kill).one().get(0, as: Bool.self))
                    _ = try await session.query(.unprepared("INSERT INTO t VALUES (2)"))
                }
            }
            #expect(error.code == .connectionLost)
            #expect(error.isRetryable)
            #expect(try await client.query(.unprepared("SELECT FROM t")).isEmpty)
        }
    }

    @Test("Statements are prepared again on a new connection")
    func preparesAgain() async throws {
        let echo = SQL("test_again", "SELECT $1::int8, pg_backend_pid()")
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            let killer = try PostgresClient(
                PostgresConfiguration(conninfo: try await TestCluster.shared.conninfo(database: "test")),
                logger: .quiet
            )
            let first = try await client.query(echo(.int64(1))).one()
            let kill = SQL("test_kill_pid", "SELECT pg_terminate_backend($1, 10000)")
            _ = try await killer.query(kill(.int32(try first.get(1))))
            // The idle connection is seen to be broken, by now or by its next use.
            try await waitUntil { await client.statistics().open == 0 }
            let second = try await client.query(echo(.int64(2))).one()
            #expect(try second.get(0, as: Int.self) == 2)
            #expect(try second.get(1, as: Int.self) != first.get(1, as: Int.self))
            await killer.close()
        }
    }

    @Test("COMMIT whose answer is lost is unknown, although it took effect")
    func commitLost() async throws {
        let database = try await TestDatabase.create()
        let direct = try database.client()
        _ = try await direct.query(.unprepared("CREATE TABLE t (n int8)"))
        let proxy = try FakeServer.cutting(after: "COMMIT\u{0}", upstream: folder(of: database))
        let client = try PostgresClient(
            PostgresConfiguration(conninfo: "host='\(proxy.folder)' user=ringmaster dbname=\(database.name)"),
            logger: .quiet
        )
        let error = try await #require(throws: PostgresError.self) {
            try await client.withTransaction { try await $0.query(.unprepared("INSERT INTO t VALUES (1)")) }
        }
        #expect(error.code == .outcomeUnknown)
        #expect(!error.isRetryable)
        #expect("\(error)".contains("read the data before repeating it"))
        #expect(try await direct.query(.unprepared("SELECT FROM t")).count == 1)
        await client.close()
        await direct.close()
        withExtendedLifetime(proxy) {}
    }

    @Test("A batch whose answer is lost is unknown, although it took effect")
    func batchLost() async throws {
        let database = try await TestDatabase.create()
        let direct = try database.client()
        _ = try await direct.query(.unprepared("CREATE TABLE t (n int8)"))
        let proxy = try FakeServer.cutting(after: "INSERT", upstream: folder(of: database))
        let client = try PostgresClient(
            PostgresConfiguration(conninfo: "host='\(proxy.folder)' user=ringmaster dbname=\(database.name)"),
            logger: .quiet
        )
        let error = try await #require(throws: PostgresError.self) {
            try await client.query(.unprepared("INSERT INTO t VALUES (1)"))
        }
        #expect(error.code == .outcomeUnknown)
        try await waitUntil { try await !direct.query(.unprepared("SELECT FROM t")).isEmpty }
        await client.close()
        await direct.close()
        withExtendedLifetime(proxy) {}
    }
}
