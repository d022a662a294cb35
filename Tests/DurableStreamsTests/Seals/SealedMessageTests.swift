import DurableStreams
import Logging
import Postgres
import TestSupport
import Testing
import Time

/// Messages and tasks that nobody with the key has written.
@Suite(.timeLimit(.minutes(10)))
struct SealedMessageTests {
    private let savings = account("savings")
    private let key = MessageKey(stream: account("savings"), id: "1")

    /// Puts a row into the inbox, as the store would do with that key.
    private func forge(_ message: Message, _ client: PostgresClient) async throws {
        try await PostgresStore(client: client, sealKey: SealKey()).send([message])
    }

    private func run(_ statement: String, _ client: PostgresClient) async throws {
        #expect(try await client.query(.unprepared(statement)).affected == 1, "\(statement)")
    }

    @Test(
        "A waiting message that was changed or moved is set aside, not decided",
        arguments: [
            "body = replace(body, '3', '9')", "actor = 'ana'", "kind = 'other'", "id = '9'",
            "stream = 'account/other'", "received_at = received_at + interval '1 second'", "seal = NULL",
            "shard = (shard + 1) % 256",
        ]
    )
    func changed(change: String) async throws {
        try await withPostgresStore { store, client in
            try await store.send([message("1", to: savings, .deposit(3), at: wallTime().microseconds)])
            try await run("UPDATE inbox SET \(change)", client)
            let engine = TestEngine("one", store: store)
            try await engine.running {
                try await eventually { try await store.setAside(limit: 9).count == 1 }
            }
            let found = try await store.setAside(limit: 9)[0]
            // In its own shard again it is the message that it was.
            #expect(found.isSealed == change.hasPrefix("shard"))
            #expect(found.error.contains("table inbox has no seal by this server's seal key"))
            #expect(try await StreamReader(store: store).events(of: found.message.stream).isEmpty)
            let waiting = try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9)
            #expect(waiting.isEmpty, "it is gone from the inbox")
        }
    }

    @Test("A forged message takes neither the place nor the answer of the one that has its id in earnest")
    func sameID() async throws {
        try await withPostgresStore { store, client in
            try await forge(try message("1", to: savings, .deposit(1_000), at: wallTime().microseconds), client)
            let engine = TestEngine("one", store: store)
            try await engine.running {
                try await eventually { try await store.setAside(limit: 9).count == 1 }
                #expect(try await engine.ask("1", savings, .deposit(3)).isAccepted)
            }
            #expect(try await StreamReader(store: store).fold(Account(), savings)?.state.balance == 3)
        }
    }

    @Test("A forged message is not made a message by retrying it, whatever its row of what was set aside becomes")
    func retried() async throws {
        try await withPostgresStore { store, client in
            try await forge(try message("1", to: savings, .deposit(1_000), at: wallTime().microseconds), client)
            let engine = TestEngine("one", store: store)
            let desk = EngineDesk(store: store, hints: engine.hints)
            try await engine.running {
                try await eventually { try await store.setAside(limit: 9).count == 1 }
                let retry = SettlementRequest(id: "r-1", verb: .retry, by: "ana", reason: nil)
                await #expect(throws: SettlementRefusal.unsealed(key)) { try await desk.settle("1", in: nil, retry) }
                // Past the desk, as if the row had been changed between its look and the retry.
                #expect(try await store.settle(key, retry) != nil)
                try await eventually { try await store.setAside(limit: 9).count == 1 }
                let discard = SettlementRequest(id: "r-2", verb: .discard, by: "ana", reason: "forged")
                #expect(try await desk.settle("1", in: nil, discard).settled.message.id == "1")
            }
            #expect(try await StreamReader(store: store).fold(Account(), savings) == nil)
        }
    }

    @Test(
        "A task that was changed or put in is given up and not carried out, and its stream hears nothing of it",
        arguments: [
            "UPDATE task SET body = '{\"x\":1}'",
            "UPDATE task SET stream = 'account/other', shard = \(account("other").shard)",
            "UPDATE task SET id = 'another'", "UPDATE task SET seal = NULL",
        ]
    )
    func task(change: String) async throws {
        try await withPostgresStore { store, client in
            let engine = TestEngine("one", store: store)
            try await engine.running {
                #expect(try await engine.ask("1", savings, .work(kind: "mail")).isAccepted)
                try await run(change, client)
                let worked = Locked(0)
                var logger = Logger.quiet
                logger.logLevel = .critical
                let runner = TaskRunner(
                    worker: "runner",
                    store: store,
                    hints: engine.hints,
                    handlers: [
                        "mail": { _ in
                            worked.withLock { $0 += 1 }
                            return []
                        }
                    ],
                    now: wallTime,
                    logger: logger
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await runner.run() }
                    try await eventually { try await store.status().tasks.dead == 1 }
                    group.cancelAll()
                }
                #expect(worked.withLock { $0 } == 0)
            }
            let events = try await StreamReader(store: store).events(of: savings)
            #expect(events.count == 1, "the request alone")
            let error: String? = try await client.query(.unprepared("SELECT error FROM task")).one().get(0)
            #expect(error?.contains("table task has no seal by this server's seal key") == true)
        }
    }
}
