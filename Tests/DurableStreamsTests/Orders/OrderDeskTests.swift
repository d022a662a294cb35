import DurableStreams
import Logging
import TestSupport
import Testing
import Time

/// Long polls for orders.
@Suite(.timeLimit(.minutes(10)))
struct OrderDeskTests {
    private let savings = account("savings")

    @Test(
        "A waiting node gets an order as soon as it is written; an order that waits is given at once",
        arguments: StoreKind.allCases
    )
    func waiting(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            try await engine.running {
                async let early = engine.desk.next(for: "i-1", wait: .seconds(60))
                async let both = engine.desk.next(for: "i-1", wait: .seconds(60))
                #expect(try await engine.ask("1", savings, .order(node: "i-1")).isAccepted)
                #expect(try await early?.id == "account/savings/1")
                #expect(try await both?.id == "account/savings/1")
                #expect(try await engine.desk.next(for: "i-1", wait: .seconds(60))?.id == "account/savings/1")
                let known = "account/savings/1"
                #expect(try await engine.desk.next(for: "i-1", wait: .zero, after: known) == nil)
                #expect(try await engine.desk.next(for: "i-1", wait: .zero, after: "another")?.id == known)
                _ = try await engine.ask("2", savings, .retract(order: "account/savings/1", node: "i-1"))
                #expect(try await engine.desk.next(for: "i-1", wait: .zero) == nil)
            }
        }
    }

    @Test("An order that another process gave is found")
    func anotherProcess() async throws {
        let store = InMemoryStore(now: wallTime)
        let (engine, agentSide) = (TestEngine("one", store: store), TestEngine("two", store: store))
        try await engine.running {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await agentSide.desk.run() }
                async let order = agentSide.desk.next(for: "i-1", wait: .seconds(60))
                _ = try await engine.ask("1", savings, .order(node: "i-1"))
                #expect(try await order?.node == "i-1")
                group.cancelAll()
            }
        }
    }

    @Test("A wait ends with nothing when its time is up, and with an error when it is cancelled")
    func endings() async throws {
        let store = InMemoryStore(now: wallTime)
        let desk = OrderDesk(store: store, hints: Hints(), logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await desk.run() }
            let order = try await desk.next(for: "i-1", wait: .milliseconds(1))
            #expect(order == nil)
            let cancelled = Task { try await desk.next(for: "i-1", wait: .seconds(600)) }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { _ = try await cancelled.value }
            group.cancelAll()
        }
    }

    @Test("Who still waits when the desk closes gets nothing")
    func closing() async throws {
        let started = Locked(false)
        let store = InMemoryStore(
            now: wallTime,
            fault: { _ in
                started.withLock { $0 = true }
                return nil
            }
        )
        let desk = OrderDesk(store: store, hints: Hints(), logger: .quiet)
        let running = Task { await desk.run() }
        async let order = desk.next(for: "i-1", wait: .seconds(600))
        try await eventually { started.withLock { $0 } }
        running.cancel()
        #expect(try await order == nil)
        await #expect(throws: OrderDeskFull.self) { _ = try await desk.next(for: "i-1", wait: .zero) }
    }

    @Test("A node that waits is looked up when it comes and at the first look at the log, not while nothing is written")
    func quietLog() async throws {
        let store = WatchedStore(InMemoryStore(now: wallTime))
        let desk = OrderDesk(store: store, hints: Hints(), logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await desk.run() }
            let waiting = Task { try await desk.next(for: "i-1", wait: .seconds(600)) }
            // Five ticks of the desk.
            let order = try await desk.next(for: "i-2", wait: .milliseconds(2_500))
            #expect(order == nil)
            #expect((1...2).contains(store.lookups(of: "i-1")), "\(store.lookups(of: "i-1"))")
            waiting.cancel()
            group.cancelAll()
        }
    }

    @Test("A drain ends every wait within seconds, those that begin after it too")
    func drain() async throws {
        let desk = OrderDesk(store: InMemoryStore(now: wallTime), hints: Hints(), logger: .quiet)
        try await withThrowingTaskGroup(of: StoredOrder?.self) { group in
            let running = Task { await desk.run() }
            for number in 1...12 { group.addTask { try await desk.next(for: "i-\(number)", wait: .seconds(86_400)) } }
            desk.drain()
            group.addTask { try await desk.next(for: "i-13", wait: .seconds(86_400)) }
            for try await order in group { #expect(order == nil) }
            running.cancel()
        }
    }

    @Test("While the store is away a wait goes on to its end and then says so")
    func storeAway() async throws {
        let store = InMemoryStore(now: wallTime, fault: { _ in .fail })
        var logger = Logger.quiet
        logger.logLevel = .critical
        let desk = OrderDesk(store: store, hints: Hints(), logger: logger)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await desk.run() }
            await #expect(throws: StoreError.self) { _ = try await desk.next(for: "i-1", wait: .milliseconds(1)) }
            group.cancelAll()
        }
    }
}
