import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PoolTests {
    /// Holds every connection of the client until the gate opens.
    private func hold(_ client: PostgresClient, _ gate: Gate) async -> Task<Void, any Error> {
        let held = Gate()
        let task = Task {
            // Opened when there is no connection, too: the test then fails instead of waiting for ever.
            defer { held.open() }
            try await client.withTransaction { _ in
                held.open()
                await gate.wait()
            }
        }
        await held.wait()
        return task
    }

    private func untilWaiting(_ count: Int, at client: PostgresClient) async throws {
        try await waitUntil { await client.statistics().waiting == count }
    }

    private func isAnswered(_ client: PostgresClient) async -> Bool {
        do {
            return try await client.query(.unprepared("SELECT 1")).count == 1
        } catch {
            return false
        }
    }

    @Test("No more connections are opened than allowed")
    func isBounded() async throws {
        try await withDatabase(configure: { $0.maxConnections = 3 }) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let rows = try await client.query(
                            .unprepared(
                                """
                                SELECT count(*) FROM pg_stat_activity
                                WHERE datname = current_database() AND backend_type = 'client backend'
                                """
                            )
                        )
                        #expect(try rows.one().get(0, as: Int.self) <= 3)
                    }
                }
                try await group.waitForAll()
            }
            #expect(await client.statistics().open <= 3)
        }
    }

    @Test("A connection that carried something huge is not kept", arguments: ["length($1::text)", "$1::text"])
    func closesBloated(expression: String) async throws {
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            let backend = { try await client.query(.unprepared("SELECT pg_backend_pid()")).one().get(0, as: Int.self) }
            let first = try await backend()
            let huge = Parameter.text(String(repeating: "x", count: 17 << 20))
            _ = try await client.query(.unprepared("SELECT \(expression)", [huge]))
            let second = try await backend()
            #expect(second != first)
            #expect(try await backend() == second)
        }
    }

    @Test("Callers are served first come, first served")
    func isFair() async throws {
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            let gate = Gate()
            let holder = await hold(client, gate)
            let (order, served) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<10 {
                    group.addTask {
                        try await client.withTransaction { _ in _ = served.yield(n) }
                    }
                    try await untilWaiting(n + 1, at: client)
                }
                gate.open()
                try await group.waitForAll()
            }
            try await holder.value
            served.finish()
            #expect(await order.reduce(into: []) { $0.append($1) } == Array(0..<10))
        }
    }

    @Test("A caller who waits too long is told so, and the next one is served")
    func deadline() async throws {
        try await withDatabase(configure: {
            $0.maxConnections = 1
            $0.acquireTimeout = .milliseconds(50)
        }) { client in
            // Opening the first connection may take longer than that.
            try await waitUntil { await isAnswered(client) }
            let gate = Gate()
            let holder = await hold(client, gate)
            let error = try await #require(throws: PostgresError.self) {
                try await client.query(.unprepared("SELECT 1"))
            }
            #expect(error.code == .poolTimeout)
            #expect("\(error)".contains("none of 1 connections was free within 0.05 seconds"))
            gate.open()
            try await holder.value
            _ = try await client.query(.unprepared("SELECT 1"))
        }
    }

    @Test("More callers than may wait are refused at once")
    func queueIsBounded() async throws {
        try await withDatabase(configure: {
            $0.maxConnections = 1
            $0.maxWaiters = 1
        }) { client in
            let gate = Gate()
            let holder = await hold(client, gate)
            let waiting = Task { try await client.query(.unprepared("SELECT 1")) }
            try await untilWaiting(1, at: client)
            let error = try await #require(throws: PostgresError.self) {
                try await client.query(.unprepared("SELECT 1"))
            }
            #expect(error.code == .poolFull)
            gate.open()
            _ = try await waiting.value
            try await holder.value
        }
    }

    @Test("A cancelled caller leaves the line; nothing of it is sent")
    func cancellation() async throws {
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            _ = try await client.query(.unprepared("CREATE TABLE t (n int8)"))
            let gate = Gate()
            let holder = await hold(client, gate)
            let waiting = Task { try await client.query(.unprepared("INSERT INTO t VALUES (1)")) }
            try await untilWaiting(1, at: client)
            waiting.cancel()
            let error = await #expect(throws: PostgresError.self) { try await waiting.value }
            #expect(error?.code == .cancelled)
            let statistics = await client.statistics()
            #expect(statistics.waiting == 0)
            #expect(statistics.waits > 0)
            #expect(statistics.waited > .zero)
            gate.open()
            try await holder.value
            #expect(try await client.query(.unprepared("SELECT FROM t")).isEmpty)
        }
    }

    @Test("Every caller is answered when many are cancelled at once, as by a drain")
    func cancellations() async throws {
        let callers = 3_000
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            let gate = Gate()
            let holder = await hold(client, gate)
            let waiting = (0..<callers).map { _ in Task { try await client.query(.unprepared("SELECT 1")) } }
            try await untilWaiting(callers, at: client)
            for task in waiting { task.cancel() }
            for task in waiting {
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.code == .cancelled)
            }
            gate.open()
            try await holder.value
        }
    }

    @Test("Work in flight runs to its end when the caller's task is cancelled")
    func cancellationInFlight() async throws {
        try await withDatabase(configure: { $0.maxConnections = 2 }) { client in
            _ = try await client.query(.unprepared("CREATE TABLE t (n int8)"))
            let running = Task {
                try await client.batch([
                    .unprepared("SELECT pg_advisory_xact_lock(7)"), .unprepared("INSERT INTO t VALUES (1)"),
                ])
            }
            try await client.withTransaction { session in
                // Holds the lock that the batch wants, or waits until the batch is done with it.
                _ = try await session.query(.unprepared("SELECT pg_advisory_xact_lock(7)"))
                running.cancel()
            }
            _ = await running.result
            let count = try await client.query(.unprepared("SELECT FROM t")).count
            switch await running.result {
            case .success: #expect(count == 1)
            // Cancelled before it had a connection.
            case .failure(let error): #expect((error as? PostgresError)?.code == .cancelled && count == 0)
            }
        }
    }

    @Test("Statements that wait on the server leave the cooperative pool free")
    func poolIsNotHeld() async throws {
        try await withDatabase(configure: { $0.maxConnections = 9 }) { client in
            let blocked = try await client.withTransaction { session in
                _ = try await session.query(.unprepared("SELECT pg_advisory_xact_lock(1)"))
                let blocked = (0..<8).map { _ in
                    Task { try await client.query(.unprepared("SELECT pg_advisory_xact_lock_shared(1)")) }
                }
                // They wait on the server until this transaction ends. If each held a thread, nothing below would run.
                try await waitUntil { await client.statistics().open == 9 }
                let sum = await withTaskGroup(of: Int.self) { group in
                    for n in 0..<100 {
                        group.addTask {
                            await Task.yield()
                            return n
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(sum == 4_950)
                return blocked
            }
            for task in blocked { _ = try await task.value }
        }
    }

    @Test("A closed client refuses work, fails those in line and lets work in flight finish")
    func close() async throws {
        let database = try await TestDatabase.create()
        let client = try database.client { $0.maxConnections = 1 }
        let gate = Gate()
        let holder = await hold(client, gate)
        let waiting = Task { try await client.query(.unprepared("SELECT 1")) }
        try await untilWaiting(1, at: client)
        let closing = Task { await client.close() }
        #expect(await #expect(throws: PostgresError.self) { try await waiting.value }?.code == .closed)
        gate.open()
        try await holder.value
        await closing.value
        let error = await #expect(throws: PostgresError.self) { try await client.query(.unprepared("SELECT 1")) }
        #expect(error?.code == .closed)
        await client.close()
    }
}
