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

    @Test("A task is claimed by one worker, when it is due, by kind", arguments: StoreKind.allCases)
    func claims(kind: StoreKind) async throws {
        try await kind.with { store in
            let soon = wallTime() + .seconds(3_600)
            let tasks = [
                NewTask(stream: stream, id: "1", kind: "mail", body: "{}", notBefore: Timestamp(microseconds: 1)),
                NewTask(stream: stream, id: "2", kind: "call", body: "{}", notBefore: Timestamp(microseconds: 1)),
                NewTask(stream: stream, id: "3", kind: "mail", body: "{}", notBefore: soon),
            ]
            try await append(store) { $0.tasks = tasks + [tasks[0]] }
            let claimed = try await store.claimTasks(of: ["mail"], limit: 10, lease: .seconds(60))
            #expect(claimed == [ClaimedTask(stream: stream, id: "1", kind: "mail", body: "{}", attempt: 1)])
            #expect(try await store.claimTasks(of: ["mail"], limit: 10, lease: .seconds(60)).isEmpty)
            #expect(
                try await store.claimTasks(of: ["call", "mail"], limit: 10, lease: .seconds(60)).map(\.id) == ["2"]
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
            let first = try #require(try await store.claimTasks(of: ["mail"], limit: 1, lease: .zero).first)
            let second = try #require(try await store.claimTasks(of: ["mail"], limit: 1, lease: .seconds(60)).first)
            #expect(second.attempt == 2)
            #expect(try await store.extendClaims([first, second], lease: .seconds(60)) == [first])
            #expect(try await !store.complete(first, messages: [plainMessage("first", to: stream)]))
            try await store.retry(first, error: "late", after: .zero)
            try await store.bury(first, error: "late", message: plainMessage("buried", to: stream))
            #expect(try await store.inbox(of: Shard.all, since: nil, limit: 9).isEmpty)
            #expect(try await store.complete(second, messages: [plainMessage("second", to: stream)]))
            #expect(try await store.inbox(of: Shard.all, since: nil, limit: 9).map(\.message.id) == ["second"])
            #expect(try await !store.complete(second, messages: [plainMessage("again", to: stream)]))
        }
    }

    @Test("A failed task is due again after its delay; a dead one never", arguments: StoreKind.allCases)
    func failures(kind: StoreKind) async throws {
        try await kind.with { store in
            let task = NewTask(stream: stream, id: "1", kind: "mail", body: "{}", notBefore: Timestamp(microseconds: 1))
            try await append(store) { $0.tasks = [task] }
            let first = try #require(try await store.claimTasks(of: ["mail"], limit: 1, lease: .seconds(60)).first)
            try await store.retry(first, error: "no line", after: .zero)
            let second = try #require(try await store.claimTasks(of: ["mail"], limit: 1, lease: .zero).first)
            #expect(second.attempt == 2)
            try await store.bury(second, error: "no line", message: plainMessage("failed", to: stream))
            #expect(try await store.claimTasks(of: ["mail"], limit: 1, lease: .zero).isEmpty)
            #expect(try await store.inbox(of: Shard.all, since: nil, limit: 9).map(\.message.id) == ["failed"])
        }
    }

    @Test("A shard has one lease, which ends when it is not renewed", arguments: StoreKind.allCases)
    func leases(kind: StoreKind) async throws {
        try await kind.with { store in
            #expect(try await store.renewLeases(of: "a", for: .seconds(60)) == LeaseView(held: [], engines: 1))
            let first = try await store.acquireLeases(for: "a", limit: 200, duration: .seconds(60))
            #expect(first.count == 200)
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
            #expect(try await store.renewLeases(of: "b", for: .seconds(60)) == LeaseView(held: Shard.all, engines: 1))
        }
    }
}
