import DurableStreams
import Testing
import Time

/// What an owner decides, and how it is packed.
@Suite struct OwnerDecidingTests {
    private let savings = account("savings")

    @Test("Nobody hears of a decision before it is written")
    func releaseAfterCommit() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.receive([
            message("1", to: savings, .deposit(5)), message("2", to: savings, .order(node: "i-1")),
        ])
        let flush = try #require(bench.nextFlush())
        #expect(flush.parts.flatMap(\.answers).count == 2)
        #expect(bench.nextFlush() == nil, "one flush is under way")
        let release = bench.flushed(.committed(leftOut: []))
        #expect(release.answers.map(\.key.id) == ["1", "2"])
        #expect(release.nodes == ["i-1"])
    }

    @Test("All events that a stream gains in a flush are one commit, with the actors that differ")
    func packing() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle([
            message("1", to: savings, .deposit(5)), message("2", to: savings, .withdraw(2), actor: "bob \"b\""),
        ])
        let commits = try await StreamReader(store: bench.store).commits(of: savings)
        #expect(commits.count == 1)
        let events = try #require(commits.first).storedEvents()
        #expect(events.map(\.actor) == ["alice", "bob \"b\""])
        #expect(events.map(\.index) == [1, 2])
        #expect(commits.first?.cause == "1")
        #expect(try await bench.stored(savings)?.balance == 3)
    }

    @Test("Taking a shard appends who owns it now")
    func ownership() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle()
        let own = try await StreamReader(store: bench.store).events(of: .engine(savings.shard))
        #expect(own.map(\.event.type) == ["engine.owner-changed.v1"])
        #expect(own.map(\.event.data) == ["{\"owner\":\"engine-1\"}"])
        #expect(own.map(\.position) == [1])
    }

    @Test("A refused message gets its answer and writes no event")
    func refusal() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        let answers = try await bench.settle([message("1", to: savings, .withdraw(1))])
        let detail = "the account has 0, not 1"
        #expect(answers.values.map(\.self) == [.refused(code: "balance-too-low", detail: detail)])
        #expect(try await bench.stored(savings) == nil)
    }

    @Test("A message that changes nothing is accepted at the position its stream stands at")
    func noChange() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        let answers = try await bench.settle([message("1", to: savings, .deposit(0))])
        #expect(answers.values.map(\.self) == [.accepted(position: 1)])
        #expect(try await bench.store.heads(of: [savings.shard]).map(\.position) == [1])
    }

    @Test("Effects become orders, retractions, tasks and messages")
    func effects() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle([
            message("1", to: savings, .deposit(5)),
            message("2", to: savings, .transfer(2, to: "account/other")),
            message("3", to: savings, .order(node: "i-1")),
            message("4", to: savings, .order(node: "i-1")),
            message("5", to: savings, .work(kind: "mail")),
        ])
        #expect(try await bench.sent().map(\.id) == ["account/savings/2"])
        #expect(try await bench.sent().map(\.actor) == ["stream/account/savings"])
        #expect(try await bench.store.oldestOrders(for: ["i-1"]).map(\.id) == ["account/savings/3"])
        let tasks = try await bench.store.claimTasks(of: ["mail"], for: "w", limit: 10, lease: .seconds(1))
        #expect(tasks.map(\.id) == ["account/savings/5"])
        try await bench.settle([message("6", to: savings, .retract(order: "account/savings/3", node: "i-1"))])
        #expect(try await bench.store.oldestOrders(for: ["i-1"]).map(\.id) == ["account/savings/4"])
    }

    @Test("An order that is retracted in the flush that gives it is never written")
    func orderAndRetraction() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.receive([
            message("1", to: savings, .order(node: "i-1")),
            message("2", to: savings, .retract(order: "account/savings/1", node: "i-1")),
        ])
        let part = try #require(bench.nextFlush()?.parts.first)
        #expect(part.orders.isEmpty)
        #expect(part.retractions.isEmpty)
    }

    @Test("A flush ends at its limit, and streams take turns")
    func limits() async throws {
        var limits = OwnerLimits()
        limits.flushRows = 10
        limits.turnMessages = 3
        let (first, second) = (account("a"), account("b"))
        let bench = OwnerBench(first, second, limits: limits)
        try await bench.acquire()
        try await bench.settle()
        let messages = try (0..<20).flatMap { number in
            [try message("\(number)", to: first, .deposit(1)), try message("\(number)", to: second, .deposit(1))]
        }
        try await bench.receive(messages)
        let flush = try #require(bench.nextFlush())
        let counts = Dictionary(grouping: flush.parts.flatMap(\.answers), by: \.key.stream).mapValues(\.count)
        #expect(
            counts == [first: 5, second: 3] || counts == [first: 3, second: 5] || counts == [first: 4, second: 4]
        )
    }

    @Test("A commit's time does not go back when the clock does")
    func clockSetBack() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle([message("1", to: savings, .deposit(5))])
        let before = bench.time.now
        bench.time.advance(by: .seconds(-3_600))
        try await bench.settle([message("2", to: savings, .deposit(5))])
        let commits = try await StreamReader(store: bench.store).commits(of: savings)
        #expect(commits.map(\.at) == [before, before])
    }
}
