import DurableStreams
import Postgres
import Testing
import Time

/// A database from before the seals.
@Suite(.timeLimit(.minutes(10)))
struct SealedDatabaseTests {
    private let savings = account("savings")

    @Test("Whatever it holds is believed once it was sealed, and what comes without a seal later is not")
    func before() async throws {
        try await withPostgresStore { store, client in
            // A store that seals nothing is what wrote it.
            let former = PostgresStore.unchecked(client: client)
            let engine = TestEngine("former", store: former) { $0.limits.snapshotBytes = 1 }
            try await engine.running {
                for id in 1...300 {
                    try await engine.sender.send([
                        message("\(id)", to: savings, .deposit(1), at: wallTime().microseconds)
                    ])
                }
                #expect(try await engine.ask("work", savings, .work(kind: "mail")).isAccepted)
                try await eventually {
                    try await former.answers(to: [MessageKey(stream: savings, id: "300")]).count == 1
                }
            }
            try await former.send([try message("late", to: savings, .deposit(1), at: wallTime().microseconds)])
            await #expect(throws: UnsealedRow.self) { try await StreamReader(store: store).fold(Account(), savings) }

            let database = SealedDatabase(client: client)
            #expect(try await database.rows() == .unsealed)
            for _ in 1...2 { try await database.sealAll(with: .test) }
            #expect(try await database.rows() == .sealed)
            let loaded = try await store.load([savings], fromFirstEvent: false)[0]
            #expect(loaded.snapshot != nil && loaded.unsealed == nil)
            #expect(try await StreamReader(store: store).fold(Account(), savings)?.state.balance == 300)
            #expect(try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9).map(\.isSealed) == [true])
            let tasks = try await store.claimTasks(of: ["mail"], for: "w", limit: 9, lease: .seconds(1))
            #expect(tasks.map(\.isSealed) == [true])

            try await former.send([try message("later", to: savings, .deposit(1), at: wallTime().microseconds)])
            let rows = try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9)
            #expect(rows.filter(\.isSealed).map(\.message.id) == ["late"])
        }
    }

    @Test("A seal that a commit has is never changed")
    func once() async throws {
        try await withPostgresStore { store, client in
            try await store.append(Flush(parts: [FlushPart(after: .genesis(savings.shard), [(savings, 1)])]))
            for seal in ["NULL", "'\\x00'"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await client.query(.unprepared("UPDATE commit SET seal = \(seal)"))
                }
                #expect(error?.code == .insufficientPrivilege)
            }
        }
    }
}
