import DurableStreams
import Postgres
import TestSupport
import Testing
import Time

/// Engines that die at random moments over one PostgreSQL.
@Suite(.timeLimit(.minutes(10)))
struct KilledEnginesTests {
    private static let accounts = 6
    private static let messages = 240

    @Test(
        "Whatever dies and when, every acknowledged message is decided once and the log is whole",
        arguments: [11, 12]
    )
    func kills(seed: Int) async throws {
        let database = try await migratedDatabase()
        let sent = Locked<[MessageKey]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for slot in 0..<2 {
                group.addTask { try await Self.live(slot, seed: seed, database, lives: 4) }
            }
            group.addTask { try await Self.send(seed: seed, database, sent) }
            try await group.waitForAll()
        }
        try await Self.check(seed: seed, database, sent.withLock { $0 })
        try await database.drop()
    }

    /// One engine after another: each but the last is killed after a while.
    private static func live(_ slot: Int, seed: Int, _ database: TestDatabase, lives: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed * 10 + slot))
        for life in 1...lives {
            let name = "engine-\(seed)-\(slot)-\(life)"
            let client = try database.client { $0.applicationName = name }
            let engine = TestEngine(name, store: PostgresStore(client: client, sealKey: .test)) {
                $0.limits.flushRows = 20
            }
            let running = Task { await engine.engine.run() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...600, using: &random)))
            if life == lives { try await waitUntilAllIsAnswered(database, seed: seed) }
            if life < lives {
                // As a killed process: its sessions break, perhaps within a commit, and it is not heard of again.
                try await terminateSessions(of: name, database)
                await client.close()
            }
            running.cancel()
            await running.value
            await client.close()
        }
    }

    private static func terminateSessions(of name: String, _ database: TestDatabase) async throws {
        let client = try database.client()
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        _ = try await client.query(.unprepared(sql, [.text(name)]))
        await client.close()
    }

    private static func keys(seed: Int) -> [MessageKey] {
        (0..<messages).map { MessageKey(stream: account("\(seed)-\($0 % accounts)"), id: "\($0)") }
    }

    private static func waitUntilAllIsAnswered(_ database: TestDatabase, seed: Int) async throws {
        let client = try database.client()
        let store = PostgresStore(client: client, sealKey: .test)
        try await eventually { try await store.answers(to: keys(seed: seed)).count == messages }
        await client.close()
    }

    /// Sends each message until it is acknowledged, some twice, with pauses.
    private static func send(seed: Int, _ database: TestDatabase, _ sent: Locked<[MessageKey]>) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let client = try database.client()
        let sender = MessageSender(store: PostgresStore(client: client, sealKey: .test), hints: Hints())
        for (number, key) in keys(seed: seed).enumerated() {
            let content: Account.Incoming =
                number % 10 == 9 ? .transfer(1, to: account("\(seed)-0").rawValue) : .deposit(2)
            let message = try message(key.id, to: key.stream, content, at: wallTime().microseconds)
            try await sender.send([message])
            sent.withLock { $0.append(key) }
            if Int.random(in: 0..<4, using: &random) == 0 { try await sender.send([message]) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...10, using: &random)))
        }
        await client.close()
    }

    private static func check(seed: Int, _ database: TestDatabase, _ sent: [MessageKey]) async throws {
        let client = try database.client()
        let store = PostgresStore(client: client, sealKey: .test)
        let reader = StreamReader(store: store)
        // What the last engines left of the transfers' messages is decided by one more.
        let engine = TestEngine("engine-\(seed)-last", store: store)
        try await engine.running {
            try await eventually {
                try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 1).isEmpty
            }
        }
        #expect(try await LogVerifier(store: store).verify().finding == nil, "seed \(seed)")
        let answers = try await store.answers(to: sent)
        #expect(answers.count == messages, "seed \(seed)")
        let accepted = Set(answers.filter { $0.value.isAccepted }.keys)
        var (balance, deposits) = (0, 0)
        for number in 0..<accounts {
            let state = try #require(try await reader.fold(Account(), account("\(seed)-\(number)"))?.state)
            balance += state.balance
            deposits += state.deposits
        }
        let transfers = accepted.filter { (Int($0.id) ?? 0) % 10 == 9 }.count
        #expect(
            deposits == accepted.count - transfers + transfers,
            "seed \(seed): each deposit and transfer arrives once"
        )
        #expect(balance == 2 * (accepted.count - transfers), "seed \(seed): transfers neither make nor lose money")
        await client.close()
    }
}
