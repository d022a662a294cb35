import DurableStreams
import Testing
import Time

/// What every store does with orders, tasks and leases.
@Suite(.timeLimit(.minutes(10)))
struct StoreEffectTests {
    private let stream = StreamID("account/one")

    private func append(_ store: any Store, _ change: (inout FlushPart) -> Void) async throws {
        var part = FlushPart(after: try await store.heads(of: [stream.shard])[0])
        change(&part)
        try await store.append(Flush(parts: [part]))
    }

    private func order(_ id: String, _ node: String, at microseconds: Int64) -> StoredOrder {
        let at = Timestamp(microseconds: microseconds)
        return StoredOrder(node: node, id: id, stream: stream, body: "{\"do\":\"\(id)\"}", issuedAt: at)
    }

    @Test("A node gets its oldest order until that is retracted", arguments: StoreKind.allCases)
    func orders(kind: StoreKind) async throws {
        try await kind.with { store in
            let orders = [
                order("b", "i-1", at: 2), order("z", "i-1", at: 1), order("a", "i-1", at: 1), order("c", "i-2", at: 3),
            ]
            try await append(store) { $0.orders = orders }
            try await append(store) { $0.orders = [orders[0]] }
            let oldest = try await store.oldestOrders(for: ["i-1", "i-2", "i-3"])
            #expect(oldest.sorted { $0.node < $1.node } == [orders[1], orders[3]])
            try await append(store) {
                $0.retractions = [OrderKey(node: "i-1", id: "z"), OrderKey(node: "i-2", id: "b")]
            }
            #expect(try await store.oldestOrders(for: ["i-1"]) == [orders[2]])
            #expect(try await store.oldestOrders(for: ["i-2"]) == [orders[3]])
        }
    }

    @Test("An order that is withdrawn says so until it is retracted", arguments: StoreKind.allCases)
    func withdrawals(kind: StoreKind) async throws {
        try await kind.with { store in
            let orders = [order("a", "i-1", at: 1), order("b", "i-1", at: 2), order("c", "i-2", at: 3)]
            try await append(store) { $0.orders = orders }
            try await append(store) {
                $0.withdrawals = [OrderKey(node: "i-1", id: "a"), OrderKey(node: "i-2", id: "unknown")]
            }
            let oldest = try await store.oldestOrders(for: ["i-1", "i-2"])
            #expect(oldest.filter(\.isWithdrawn).map(\.id) == ["a"])
            #expect(oldest.count == 2)
            try await append(store) { $0.retractions = [OrderKey(node: "i-1", id: "a")] }
            #expect(try await store.oldestOrders(for: ["i-1"]) == [orders[1]])
            var late = order("d", "i-3", at: 4)
            late.isWithdrawn = true
            try await append(store) { $0.orders = [late] }
            #expect(try await store.oldestOrders(for: ["i-3"]) == [late])
        }
    }

    @Test("A task is claimed by one worker, when it is due, by kind", arguments: StoreKind.allCases)
    func claims(kind: StoreKind) async throws {
        try await kind.with { store in
            let soon = wallTime() + .seconds(3_600)
            let tasks = [
                NewTask(stream: stream, id: "1", kind: "mail", body: "{}", notBefore: Timestamp(microseconds: 1)),
                NewTask(stream: stream, id: "2", kind: "call", body: "{}", notBefore: Timestamp(microseconds: 1)),
                NewTask(stream: stream, id: "3", kind: "mail", body: "{}", notBefore: soon),
            ]
            try await append(store) { part in
                part.at = wallTime()
                part.tasks = tasks + [tasks[0]]
            }
            let claimed = try await store.claimTasks(of: ["mail"], for: "w", limit: 10, lease: .seconds(60))
            #expect(claimed == [ClaimedTask(stream: stream, id: "1", kind: "mail", body: "{}", attempt: 1)])
            #expect(try await store.claimTasks(of: ["mail"], for: "w", limit: 10, lease: .seconds(60)).isEmpty)
            #expect(
                try await store.claimTasks(of: ["call", "mail"], for: "w", limit: 10, lease: .seconds(60)).map(\.id)
                    == ["2"]
            )
        }
    }

    @Test(
        "A claim that has ended is another's, and the first worker's result counts no more",
        arguments: StoreKind.allCases
    )
    func claimEnds(kind: StoreKind) async throws {
        try await kind.with { store in
            let task = NewTask(stream: stream, id: "1", kind: "mail", body: "{}", notBefore: Timestamp(microseconds: 1))
            try await append(store) { $0.tasks = [task] }
            let first = try #require(try await store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .zero).first)
            let second = try #require(
                try await store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .seconds(60)).first
            )
            #expect(second.attempt == 2)
            #expect(try await store.extendClaims([first, second], lease: .seconds(60)) == [first])
            #expect(try await !store.complete(first, messages: [plainMessage("first", to: stream)]))
            try await store.retry(first, error: "late", after: .zero)
            try await store.bury(first, error: "late", message: plainMessage("buried", to: stream))
            #expect(try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9).isEmpty)
            #expect(try await store.complete(second, messages: [plainMessage("second", to: stream)]))
            #expect(
                try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9).map(\.message.id) == [
                    "second"
                ]
            )
            #expect(try await !store.complete(second, messages: [plainMessage("again", to: stream)]))
        }
    }

    @Test("A failed task is due again after its delay; a dead one never", arguments: StoreKind.allCases)
    func failures(kind: StoreKind) async throws {
        try await kind.with { store in
            let task = NewTask(stream: stream, id: "1", kind: "mail", body: "{}", notBefore: Timestamp(microseconds: 1))
            try await append(store) { $0.tasks = [task] }
            let first = try #require(
                try await store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .seconds(60)).first
            )
            try await store.retry(first, error: "no line", after: .zero)
            let second = try #require(try await store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .zero).first)
            #expect(second.attempt == 2)
            try await store.bury(second, error: "no line", message: plainMessage("failed", to: stream))
            #expect(try await store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .zero).isEmpty)
            #expect(
                try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 9).map(\.message.id) == [
                    "failed"
                ]
            )
        }
    }

    @Test("A worker that is started again has its claims back, and nobody else's", arguments: StoreKind.allCases)
    func givesClaimsBack(kind: StoreKind) async throws {
        try await kind.with { store in
            let now = wallTime()
            try await append(store) { part in
                part.tasks = ["1", "2"].map {
                    NewTask(stream: stream, id: $0, kind: "mail", body: "{}", notBefore: now)
                }
            }
            let mine = try await store.claimTasks(of: ["mail"], for: "me", limit: 1, lease: .seconds(60))
            let yours = try await store.claimTasks(of: ["mail"], for: "you", limit: 1, lease: .seconds(60))
            #expect(mine.count == 1 && yours.count == 1)
            try await store.releaseClaims(of: "me")
            let again = try await store.claimTasks(of: ["mail"], for: "me", limit: 9, lease: .seconds(60))
            #expect(again.map(\.id) == mine.map(\.id))
            #expect(again.map(\.attempt) == [2])
        }
    }

    @Test("When a task is due is a matter of the store's clock, not of who asked for it", arguments: StoreKind.allCases)
    func otherClock(kind: StoreKind) async throws {
        try await kind.with { store in
            // An engine whose clock is a day ahead.
            let ahead = wallTime() + .seconds(86_400)
            try await append(store) { part in
                part.at = ahead
                part.tasks = [NewTask(stream: stream, id: "now", kind: "mail", body: "{}", notBefore: ahead)]
                part.tasks.append(
                    NewTask(stream: stream, id: "later", kind: "mail", body: "{}", notBefore: ahead + .seconds(600))
                )
            }
            let claimed = try await store.claimTasks(of: ["mail"], for: "w", limit: 9, lease: .seconds(60))
            #expect(claimed.map(\.id) == ["now"])
        }
    }

    @Test("An engine that is started again learns how it ended", arguments: StoreKind.allCases)
    func begins(kind: StoreKind) async throws {
        try await kind.with { store in
            let suspect = MessageKey(stream: stream, id: "1")
            #expect(try await store.begin(engine: "a") == EngineStart(deaths: 0, suspect: nil))
            try await store.note(suspect: suspect, of: "a")
            _ = try await store.renewLeases(of: "a", for: .seconds(1))
            #expect(try await store.begin(engine: "a") == EngineStart(deaths: 1, suspect: nil), "it may be innocent")
            try await store.note(suspect: suspect, of: "a")
            #expect(try await store.begin(engine: "a") == EngineStart(deaths: 2, suspect: suspect))
            #expect(try await store.begin(engine: "a") == EngineStart(deaths: 3, suspect: nil), "it was not decided")
            #expect(try await store.begin(engine: "b") == EngineStart(deaths: 0, suspect: nil))
            try await store.retire(engine: "a")
            #expect(try await store.begin(engine: "a") == EngineStart(deaths: 0, suspect: nil))
        }
    }

    @Test("An engine learns what the store knew of it, and so that it was brought back", arguments: StoreKind.allCases)
    func restored(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = try await store.renewLeases(of: "a", for: .seconds(60))
            #expect(first.knownUntil == nil)
            let second = try await store.renewLeases(of: "a", for: .seconds(90))
            #expect(second.knownUntil == first.now + .seconds(60))
            #expect(!second.isRestored(since: first.now + .seconds(60)))
            #expect(second.isRestored(since: first.now + .seconds(61)))
            #expect(first.isRestored(since: first.now))
            #expect(!first.isRestored(since: nil))
        }
    }

    @Test("A shard has one lease, which ends when it is not renewed", arguments: StoreKind.allCases)
    func leases(kind: StoreKind) async throws {
        try await kind.with { store in
            let view = try await store.renewLeases(of: "a", for: .seconds(60))
            #expect(view.held.isEmpty && view.engines == 1)
            // The store and the test share this machine's clock.
            #expect(abs((view.now - wallTime()) / .seconds(1)) < 3_600)
            let first = try await store.acquireLeases(for: "a", limit: 200, duration: .seconds(60))
            #expect(first.count == 200)
            #expect(try await store.leaseCounts() == LeaseCounts(engines: 1, freeShards: 56))
            #expect(try await store.renewLeases(of: "b", for: .seconds(60)).engines == 2)
            let second = try await store.acquireLeases(for: "b", limit: 256, duration: .seconds(60))
            #expect(Set(first).isDisjoint(with: second))
            #expect(second.count == 56)
            try await store.releaseLeases(of: "a", [first[0]] + second)
            #expect(try await store.acquireLeases(for: "b", limit: 256, duration: .seconds(60)) == [first[0]])
            #expect(try await store.renewLeases(of: "a", for: .zero).held == Array(first.dropFirst()))
            #expect(
                try await store.acquireLeases(for: "b", limit: 256, duration: .seconds(60)) == Array(first.dropFirst())
            )
            try await store.retire(engine: "a")
            let last = try await store.renewLeases(of: "b", for: .seconds(60))
            #expect(last.held == Shard.all && last.engines == 1)
            try await store.retire(engine: "b")
            #expect(try await store.acquireLeases(for: "c", limit: 256, duration: .seconds(60)).count == 256)
        }
    }
}
