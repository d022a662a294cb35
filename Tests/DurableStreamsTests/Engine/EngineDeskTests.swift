import DurableStreams
import Testing
import Time

/// People settle what engines set aside.
@Suite(.timeLimit(.minutes(10)))
struct EngineDeskTests {
    private let savings = account("savings")

    private func request(_ verb: Settlement.Verb, _ id: String = "r-1", reason: String? = nil) -> SettlementRequest {
        SettlementRequest(id: id, verb: verb, by: "ana", reason: reason)
    }

    /// A store in which an engine that does not know accounts has set two of their messages aside.
    private func withForgottenKind(
        _ kind: StoreKind,
        _ body: (any Store, EngineDesk, TestEngine) async throws -> Void
    ) async throws {
        try await kind.with { store in
            let old = TestEngine("old", store: store, types: [])
            try await old.running {
                for (id, amount) in [("1", 5), ("2", 7)] {
                    let answer = try await old.ask(id, savings, .deposit(amount))
                    guard case .setAside = answer else {
                        Issue.record("it was not set aside: \(answer)")
                        return
                    }
                }
            }
            let new = TestEngine("new", store: store)
            try await body(store, EngineDesk(store: store, hints: new.hints), new)
        }
    }

    @Test("A message that an old version could not read is decided by a new one", arguments: StoreKind.allCases)
    func upgraded(kind: StoreKind) async throws {
        try await withForgottenKind(kind) { store, desk, engine in
            let settlement = try await desk.settle("1", in: nil, request(.retry))
            #expect(settlement.settled.message.id == "1")
            try await engine.running {
                // Whoever sends it again gets the new answer.
                let answer = try await engine.ask("1", savings, .deposit(5))
                #expect(answer.isAccepted)
            }
            #expect(try await StreamReader(store: store).fold(Account(), savings)?.state.balance == 5)
            #expect(try await store.setAside(limit: 9).map(\.message.id) == ["2"])
        }
    }

    @Test("A message that fails again is set aside again, and can be settled again", arguments: StoreKind.allCases)
    func failsAgain(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            let desk = EngineDesk(store: store, hints: engine.hints)
            try await engine.running {
                _ = try await engine.ask("1", savings, .writeBadEvent)
                let first = try await desk.settle("1", in: nil, request(.retry))
                try await eventually { try await !store.setAside(limit: 1).isEmpty }
                // The same request again does nothing more.
                #expect(try await desk.settle("1", in: nil, request(.retry)) == first)
                #expect(try await store.setAside(limit: 9).count == 1)
                let discarded = try await desk.settle("1", in: savings, request(.discard, "d-1", reason: "useless"))
                #expect(discarded.settled.at > first.settled.at)
                let refusal = Answer.refused(code: "message-discarded", detail: "ana discarded this message: useless")
                // The hint of the decision that was set aside may still be on its way.
                try await eventually { try await engine.ask("1", savings, .writeBadEvent) == refusal }
            }
        }
    }

    @Test("Settling twice is settling once; the other way is refused", arguments: StoreKind.allCases)
    func twice(kind: StoreKind) async throws {
        try await withForgottenKind(kind) { store, desk, _ in
            let settled = try await desk.settle("1", in: nil, request(.discard, "d-1", reason: "why"))
            #expect(try await desk.settle("1", in: nil, request(.discard, "d-2", reason: "other")) == settled)
            await #expect(throws: SettlementRefusal.settledOtherwise(settled)) {
                try await desk.settle("1", in: savings, request(.retry))
            }
            #expect(try await store.settlements(of: nil, in: nil, limit: 9).count == 1)
        }
    }

    @Test("What is unknown, not clear or no message is refused", arguments: StoreKind.allCases)
    func refused(kind: StoreKind) async throws {
        try await withForgottenKind(kind) { store, desk, engine in
            let other = StreamID("stranger/1")
            try await engine.running {
                _ = try await engine.ask("1", other, .deposit(1))
            }
            await #expect(throws: SettlementRefusal.unknown("3", nil)) {
                try await desk.settle("3", in: nil, request(.retry))
            }
            await #expect(throws: SettlementRefusal.unknown("2", other)) {
                try await desk.settle("2", in: other, request(.retry))
            }
            await #expect(throws: SettlementRefusal.ambiguous("1", [savings, other])) {
                try await desk.settle("1", in: nil, request(.retry))
            }
            #expect(try await desk.settle("1", in: other, request(.retry)).settled.message.stream == other)

            var part = FlushPart(after: try await store.heads(of: [savings.shard])[0])
            let at = Timestamp(microseconds: 5_000_000)
            let wake = Message(id: "wake/3", stream: savings, kind: "wake", body: "", actor: "engine", receivedAt: at)
            part.setAside = [SetAsideMessage(message: wake, error: "broken", at: at)]
            try await store.append(Flush(parts: [part]))
            await #expect(throws: SettlementRefusal.wakeUp(wake.key)) {
                try await desk.settle("wake/3", in: nil, request(.retry))
            }
            _ = try await desk.settle("wake/3", in: nil, request(.discard, reason: "mended"))
        }
    }

    @Test("Many who settle one message at once settle it once", arguments: StoreKind.allCases)
    func atOnce(kind: StoreKind) async throws {
        try await withForgottenKind(kind) { store, desk, _ in
            let settled = try await withThrowingTaskGroup(of: Settlement.self) { group in
                for number in 1...8 {
                    group.addTask { try await desk.settle("1", in: nil, request(.retry, "r-\(number)")) }
                }
                return try await group.reduce(into: [Settlement]()) { $0.append($1) }
            }
            #expect(Set(settled.map(\.request.id)).count == 1)
            #expect(try await store.settlements(of: "1", in: nil, limit: 9).count == 1)
        }
    }
}
