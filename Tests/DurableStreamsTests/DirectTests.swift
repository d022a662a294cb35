import Testing
import Time

@testable import DurableStreams

/// Messages that are decided without going through an inbox.
@Suite(.timeLimit(.minutes(10)))
struct DirectTests {
    private let savings = account("savings")

    @Test("Only messages to shards whose inboxes are read to their ends are taken")
    func accepting() async throws {
        let bench = OwnerBench(savings)
        let direct = try message("1", to: savings, .deposit(5))
        #expect(bench.owner.take([direct]) == [direct.key], "the shard is another's")
        try await bench.acquire()
        #expect(bench.owner.take([direct]) == [direct.key], "older messages may wait in the inbox")
        try await bench.receive([])
        #expect(bench.owner.acceptingShards == [savings.shard])
        #expect(bench.owner.take([direct]).isEmpty)
        #expect(bench.owner.take([direct]).isEmpty, "it gets the first one's answer")
        bench.owner.fallBehind()
        #expect(bench.owner.take([try message("2", to: savings, .deposit(5))]).count == 1)
        let answers = try await bench.settle()
        #expect(answers == [direct.key: .accepted(position: 2)])
        #expect(bench.owner.take([direct]) == [direct.key], "its answer is in the store")
        #expect(try await bench.stored(savings)?.balance == 5)
    }

    @Test("A stream that recognises repetitions needs no answer for what it accepts, and one for what it refuses")
    func repeatable() async throws {
        let bench = OwnerBench(savings, decider: Account())
        let report = Message(
            id: "r",
            stream: savings,
            kind: "repeatable",
            body: try Account.json(Account.Incoming.deposit(5)),
            actor: "node/mi-1",
            receivedAt: bench.time.now
        )
        var refused = report
        refused.id = "refused"
        refused.body = try Account.json(Account.Incoming.withdraw(50))
        try await bench.acquire()
        try await bench.store.send([report])
        let answers = try await bench.settle([report, refused])
        #expect(answers.count == 2)
        #expect(try await Set(bench.store.answers(to: [report.key, refused.key]).keys) == [refused.key])
        #expect(try await bench.sent().isEmpty, "what was in the inbox has left it")
    }

    @Test("A repetition that needs no answer leaves the inbox at once, however lately the first was decided")
    func repetitions() async throws {
        let bench = OwnerBench(savings, decider: Account())
        try await bench.acquire()
        let body = try Account.json(Account.Incoming.deposit(0))
        for copy in 0..<3 {
            let message = Message(
                id: "r",
                stream: savings,
                kind: "repeatable",
                body: body,
                actor: "node/mi-1",
                receivedAt: bench.time.now + .milliseconds(copy)
            )
            try await bench.store.send([message])
        }
        for left in [2, 1, 0] {
            try await bench.settle(try await bench.sent())
            #expect(try await bench.sent().count == left)
        }
    }

    @Test(
        "A sender's messages to its own process's engine touch no inbox, and are answered as any",
        arguments: StoreKind.allCases
    )
    func noInbox(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            try await engine.running {
                // It may go through the inbox until the engine has read that to its end.
                #expect(try await engine.ask("first", savings, .deposit(1)).isAccepted)
                try await eventually { await engine.hints.decideDirectly([try message("2", to: savings, .deposit(1))]) }
                let key = MessageKey(stream: savings, id: "2")
                let answer = try #require(try await store.answers(to: [key])[key])
                #expect(answer.isAccepted)
                #expect(try await engine.ask("2", savings, .deposit(1)) == answer)
            }
            #expect(try await StreamReader(store: store).fold(Account(), savings)?.state.balance == 2)
        }
    }

    /// How a store fails while it is broken: it does nothing, or does not tell what became of what was appended.
    enum Breakage: CaseIterable { case fails, losesFlushes }

    @Test(
        "When its engine cannot write, a sender is told so, and what it sends again is decided once",
        arguments: Breakage.allCases
    )
    func failing(breakage: Breakage) async throws {
        let isBroken = Locked(false)
        let store = InMemoryStore(
            now: wallTime,
            fault: { call in
                guard isBroken.withLock({ $0 }) else { return nil }
                guard case .append = call, breakage == .losesFlushes else { return .fail }
                return .loseCall
            }
        )
        let engine = TestEngine("one", store: store)
        try await engine.running {
            #expect(try await engine.ask("first", savings, .deposit(1)).isAccepted)
            isBroken.withLock { $0 = true }
            let deposit = try message("2", to: savings, .deposit(1), at: wallTime().microseconds)
            await #expect(throws: StoreError.self) { try await engine.sender.send([deposit]) }
            isBroken.withLock { $0 = false }
            #expect(try await engine.sender.ask(deposit, timeout: .seconds(120)).isAccepted)
        }
        #expect(try await StreamReader(store: store).fold(Account(), savings)?.state.balance == 2)
    }
}
