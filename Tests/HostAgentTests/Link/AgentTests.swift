import AgentProtocol
import Foundation
import HostAgent
import Synchronization
import Testing
import Time

/// The agent's loop with everything around it in memory but the journal.
@Suite("The agent", .timeLimit(.minutes(10)))
struct AgentTests {
    private let folder: TemporaryFolder
    private let signer = OrderSigner()

    init() throws { folder = try TemporaryFolder() }

    @Test("carries orders out one after the other and reports each before the next")
    func orders() async throws {
        let orders = try (1...3).map { try signer.sign(Orders.scan(id: "o\($0)")) }
        let (link, _) = try await run(orders)
        let reports = await link.reports
        #expect(reports.map(\.order) == ["o1", "o1", "o2", "o2", "o3", "o3"])
        #expect(reports.map(\.sequence) == [1, 2, 1, 2, 1, 2])
    }

    @Test("answers a repeated order with its stored end and runs nothing")
    func repeated() async throws {
        let envelope = try signer.sign(Orders.scan())
        let (link, executor) = try await run([envelope, envelope, envelope])
        #expect(executor.effects.count { $0 == .scan } == 1)
        let ends = await link.reports.filter(\.fact.isTerminal)
        #expect(ends.allSatisfy { $0.fact == .scanned(inventory: "d") && $0.sequence == 2 })
        #expect(ends.count > 1)
    }

    @Test("waits longer and longer when it is offered what it will not do, and when polls come back empty at once")
    func noBusyLoop() async throws {
        var forged = try signer.sign(Orders.scan())
        forged.signature = ""
        for answers in [[OrderEnvelope?](repeating: forged, count: 12), [OrderEnvelope?](repeating: nil, count: 12)] {
            let clock = InstantClock()
            _ = try await run(answers, clock: clock)
            #expect(clock.now.offset > .seconds(600), "\(clock.now.offset)")
        }
    }

    @Test("goes on with orders while a result is not taken")
    func undeliverable() async throws {
        let orders = try (1...3).map { try signer.sign(Orders.scan(id: "o\($0)")) }
        let (_, executor) = try await run(orders, refusesForGood: \.fact.isTerminal)
        #expect(executor.effects.count { $0 == .scan } == 3)
    }

    @Test("keeps no inventory that is of no more use")
    func sweeps() async throws {
        let store = folder.path + "/inventories"
        _ = try InventoryStore(folder: store)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: store + "/old.json"))
        _ = try await run([])
        #expect(try FileManager.default.contentsOfDirectory(atPath: store).isEmpty)
    }

    @Test("comes to rest in the first poll that lasts, though an earlier one failed")
    func idles() async throws {
        let clock = RestlessClock()
        let (idle, isIdle) = AsyncStream.makeStream(of: Void.self)
        let link = SecondPollLink(opened: { clock.release() })
        let agent = try agent(link, EasyExecutor(), clock: clock, onIdle: { isIdle.finish() })
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            for await _ in idle {}
            group.cancelAll()
        }
    }

    @Test("ends between two orders when another program took its place, and does no order after it")
    func replaced() async throws {
        let orders = try (1...2).map { try signer.sign(Orders.scan(id: "o\($0)")) }
        let link = ScriptedLink(orders: orders, refusesForGood: { _ in false }, atEnd: {})
        let executor = EasyExecutor()
        let agent = try agent(
            link,
            executor,
            clock: InstantClock(),
            isReplaced: { !executor.effects.isEmpty }
        )
        try await agent.run()
        #expect(executor.effects.count { $0 == .scan } == 1)
    }

    @Test("does not begin an order that was taken back before it was fetched")
    func withdrawnBefore() async throws {
        var envelope = try signer.sign(Orders.scan())
        envelope.isWithdrawn = true
        let (link, executor) = try await run([envelope])
        #expect(executor.effects.isEmpty)
        let reports = await link.reports
        #expect(reports.count == 1)
        guard case .refused(.withdrawn, _) = reports.first?.fact else {
            Issue.record("\(reports)")
            return
        }
    }

    @Test("learns of a new order key before it looks at the order that is signed by it")
    func orderKeys() async throws {
        let next = OrderSigner()
        var envelope = try next.sign(Orders.scan())
        envelope.keyVersion = 1
        let statement = try signer.state(1, [signer, next])
        let keys: [Result<OrderKeyHistory, LinkFailure>] = [
            .failure(.unreachable("at first")), .success(OrderKeyHistory(statements: [statement])),
        ]
        let (link, executor) = try await run([envelope, envelope], keys: keys)
        #expect(executor.effects.count { $0 == .scan } == 1)
        let reports = await link.reports
        #expect(reports.map(\.fact.isTerminal) == [false, true], "nothing was said of the order at first")
    }

    @Test("asks for order keys when it has had no order for long")
    func idleKeys() async throws {
        let next = OrderSigner()
        let statements = [try signer.state(1, [signer, next]), try next.state(2, [next])]
        var orders = [OrderEnvelope?](repeating: nil, count: Agent.pollsPerKeyQuestion)
        let keys: [Result<OrderKeyHistory, LinkFailure>] = [.success(OrderKeyHistory(statements: statements))]
        orders.append(try signer.sign(Orders.scan(id: "former")))
        orders.append(try next.sign(Orders.scan()))
        let (_, executor) = try await run(orders, keys: keys)
        #expect(executor.effects.count { $0 == .scan } == 1, "the withdrawn key's order is not done")
    }

    @Test("does what the keys that it knows have signed, whatever versions it hears of")
    func unprovenKeys() async throws {
        var envelope = try signer.sign(Orders.scan())
        envelope.keyVersion = 1_000
        let (_, executor) = try await run([envelope])
        #expect(executor.effects.count { $0 == .scan } == 1)
    }

    // MARK: - Given

    /// Its first poll fails, the second stays open.
    private struct SecondPollLink: ControlPlaneLink {
        private let polls = Counter()
        let opened: @Sendable () -> Void

        init(opened: @escaping @Sendable () -> Void) { self.opened = opened }

        func nextOrder(wait: Duration) async throws(LinkFailure) -> OrderEnvelope? {
            guard polls.next() > 1 else { throw .unreachable("at first") }
            opened()
            let (end, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in end {}
            return nil
        }

        func standing(of order: String) async throws(LinkFailure) -> OrderStanding {
            OrderStanding(isWithdrawn: false)
        }

        func orderKeys() async throws(LinkFailure) -> OrderKeyHistory { OrderKeyHistory() }

        func send(_ reports: [Report]) async throws(LinkFailure) {}

        func send(boots: [BootReport]) async throws(LinkFailure) {}

        func send(repairs: [RepairReport]) async throws(LinkFailure) {}

        func rebootSlot(for order: String) async throws(LinkFailure) -> RebootSlotAnswer {
            throw .unreachable("no slots here")
        }

        func release(_ slot: RebootSlotRelease) async throws(LinkFailure) {}

        func upload(_ inventory: [UInt8], digest: String) async throws(LinkFailure) {}

        func upload(output: [UInt8], of order: String, named name: String) async throws(LinkFailure) {}
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// Carries out every effect with the best outcome and notes it.
    private final class EasyExecutor: HostRunExecutor {
        private let done = Mutex<[HostRunEffect]>([])

        var effects: [HostRunEffect] { done.withLock { $0 } }

        func currentBoot() async throws(StepFailure) -> BootFacts { BootFacts(bootID: "one", kernel: "6.1") }

        func keepOutputs(of order: Order) {}

        func perform(_ effect: HostRunEffect, for order: Order) async -> HostRunOutcome {
            done.withLock { $0.append(effect) }
            guard effect == .scan else { return .refreshed }
            let survey = HostSurvey(
                packages: [],
                isConsistent: true,
                rebootReasons: [],
                rebootPackages: [],
                boot: BootFacts(bootID: "one", kernel: "6.1")
            )
            return .scanned(inventory: "d", survey)
        }
    }

    /// Runs an agent until the script of its link is over, and its reports are sent unless they are refused.
    private func run(
        _ orders: [OrderEnvelope?],
        clock: InstantClock = InstantClock(),
        keys: [Result<OrderKeyHistory, LinkFailure>] = [],
        refusesForGood: @escaping @Sendable (Report) -> Bool = { _ in false }
    ) async throws -> (ScriptedLink, EasyExecutor) {
        let (over, end) = AsyncStream.makeStream(of: Void.self)
        let link = ScriptedLink(orders: orders, keys: keys, refusesForGood: refusesForGood, atEnd: { end.finish() })
        let executor = EasyExecutor()
        let ledger = ledger()
        let agent = try agent(link, executor, ledger: ledger, clock: clock)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await agent.run()
                } catch is CancellationError {
                    return
                } catch {
                    Issue.record(error)
                }
            }
            for await _ in over {}
            for await _ in await ledger.changes() where await ledger.outbox.allSatisfy(refusesForGood) { break }
            group.cancelAll()
        }
        return (link, executor)
    }

    private func ledger() -> Ledger {
        Ledger(file: FramedFile(path: folder.path + "/journal"), gate: signer.gate(), now: { Orders.start })
    }

    private func agent(
        _ link: any ControlPlaneLink,
        _ executor: EasyExecutor,
        ledger: Ledger? = nil,
        clock: any Clock<Duration>,
        onIdle: @escaping @Sendable () -> Void = {},
        isReplaced: @escaping @Sendable () -> Bool = { false }
    ) throws -> Agent {
        let bench = Workbench(
            ledger: ledger ?? self.ledger(),
            link: link,
            executor: executor,
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            keyring: try OrderKeyring(file: folder.path + "/order-keys.json", enrolled: [signer.publicKey]),
            now: { Orders.start },
            clock: clock,
            logger: .silent
        )
        return Agent(bench, onIdle: onIdle, isReplaced: isReplaced)
    }
}
