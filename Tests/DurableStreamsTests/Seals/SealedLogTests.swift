import DurableStreams
import Postgres
import Testing
import Time

/// What engines and readers make of a log that somebody without the key has written to.
@Suite(.timeLimit(.minutes(10)))
struct SealedLogTests {
    private let savings = account("savings")
    private let other = account("other")

    /// Lets an engine decide two deposits of each of two accounts, and ends it.
    private func withLog(_ body: (PostgresStore, PostgresClient) async throws -> Void) async throws {
        try await withPostgresStore { store, client in
            let engine = TestEngine("first", store: store) { $0.limits.snapshotBytes = 1 }
            try await engine.running {
                for (id, amount) in [("1", 3), ("2", 4)] {
                    _ = try await engine.ask(id, savings, .deposit(amount))
                    _ = try await engine.ask(id, other, .deposit(amount))
                }
            }
            try await body(store, client)
        }
    }

    private func tamper(_ client: PostgresClient, _ change: String, _ parameters: [Parameter] = []) async throws {
        let answers = try await client.batch([
            .unprepared("ALTER TABLE commit DISABLE TRIGGER USER"), .unprepared(change, parameters),
            .unprepared("ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_append_only"),
            .unprepared("ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_sealed_once"),
        ])
        #expect(answers[1].affected == 1, "\(change)")
    }

    private func balance(_ stream: StreamID, _ store: any Store) async throws -> Int? {
        try await StreamReader(store: store).fold(Account(), stream)?.state.balance
    }

    @Test(
        "A commit that was changed is not folded: its stream's messages wait, and others' are decided",
        arguments: [
            "events = replace(events::text, '3', '9')::json", "actor = 'mallory'", "cause = 'x'",
            "at = at + interval '1 second'", "seal = NULL", "seal = set_byte(seal, 0, 255 - get_byte(seal, 0))",
            "seal = (SELECT seal FROM commit WHERE stream = 'account/other' AND version = 1)",
        ]
    )
    func changed(change: String) async throws {
        try await withLog { store, client in
            _ = try await client.query(.unprepared("UPDATE stream SET snapshot = NULL, snapshot_version = NULL"))
            try await tamper(client, "UPDATE commit SET \(change) WHERE stream = 'account/savings' AND version = 1")
            await #expect(throws: UnsealedRow.self) { try await balance(savings, store) }
            await #expect(throws: StoreError.self) { try await StreamReader(store: store).events(of: savings) }
            let engine = TestEngine("second", store: store)
            try await engine.running {
                try await engine.sender.send([message("3", to: savings, .deposit(1), at: wallTime().microseconds)])
                #expect(try await engine.ask("3", other, .deposit(1)).isAccepted)
            }
            #expect(try await store.answers(to: [MessageKey(stream: savings, id: "3")]).isEmpty)
            #expect(try await balance(other, store) == 8)
        }
    }

    @Test("A shard whose last commit was put in stands still and is told of; without that commit it goes on")
    func putIn() async throws {
        try await withLog { store, client in
            let head = try await store.heads(of: [savings.shard])[0]
            var forged = Commit.following(head, savings, version: 3)
            forged.events = "[{\"type\":\"account.event.v1\",\"data\":{\"deposited\":{\"_0\":1000}}}]"
            forged.chain = Chain.value(of: forged, after: head.chain)
            var part = FlushPart(after: head)
            part.commits = [forged]
            // As one who knows everything but the key.
            let stranger = PostgresStore(client: client, sealKey: SealKey())
            try await stranger.append(Flush(parts: [part]))
            #expect(try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify().finding == nil)
            #expect(try await LogVerifier(store: store).verify().finding?.what == .unsealed)

            #expect(try await store.heads(of: [savings.shard]).map(\.isSealed) == [false])
            #expect(try await store.status().unsealedShards == [savings.shard])
            let end = try await StreamReader(store: store).end()
            #expect(end[savings.shard] == 0 && end[other.shard] > 0)
            let engine = TestEngine("second", store: store)
            try await engine.running {
                try await engine.sender.send([message("3", to: savings, .deposit(1), at: wallTime().microseconds)])
                #expect(try await engine.ask("3", other, .deposit(1)).isAccepted)
                #expect(try await store.answers(to: [MessageKey(stream: savings, id: "3")]).isEmpty)

                try await tamper(
                    client,
                    "DELETE FROM commit WHERE shard = $1 AND position = $2",
                    [.int16(savings.shard.rawValue), .int64(forged.position)]
                )
                #expect(try await engine.ask("3", savings, .deposit(1)).isAccepted)
            }
            #expect(try await balance(savings, store) == 8)
            #expect(try await store.status().unsealedShards.isEmpty)
        }
    }

    @Test("A stream in which a commit is missing is not folded")
    func missing() async throws {
        try await withLog { store, client in
            _ = try await client.query(.unprepared("UPDATE stream SET snapshot = NULL, snapshot_version = NULL"))
            try await tamper(client, "DELETE FROM commit WHERE stream = 'account/savings' AND version = 1")
            await #expect(throws: (any Error).self) { try await balance(savings, store) }
            await #expect(throws: (any Error).self) { try await StreamReader(store: store).events(of: savings) }
        }
    }

    @Test(
        "A snapshot that was changed is passed over: the stream is folded from its events",
        arguments: [
            "snapshot = replace(snapshot, '\"balance\":', '\"balance\":9')", "snapshot_version = snapshot_version + 1",
            "snapshot_seal = NULL",
            "(snapshot, snapshot_seal) = (SELECT replace(snapshot, '7', '8'), snapshot_seal FROM stream WHERE stream = 'account/other')",
        ]
    )
    func snapshot(change: String) async throws {
        try await withLog { store, client in
            let before = try await store.load([savings], fromFirstEvent: false)[0]
            #expect(before.snapshot != nil, "the test needs a snapshot")
            _ = try await client.query(.unprepared("UPDATE stream SET \(change) WHERE stream = 'account/savings'"))
            #expect(
                try await store.load([other, savings], fromFirstEvent: false).map { $0.snapshot != nil } == [
                    true, false,
                ]
            )
            #expect(try await balance(savings, store) == 7)
            let engine = TestEngine("second", store: store)
            try await engine.running {
                let answer = try await engine.ask("3", savings, .withdraw(8))
                guard case .refused(let code, _) = answer else {
                    Issue.record("the forged balance is believed: \(answer)")
                    return
                }
                #expect(code == "balance-too-low")
            }
        }
    }
}
