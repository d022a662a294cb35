import AgentProtocol
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
        let reports = await link.sent.flatMap { if case .reports(let reports) = $0 { reports } else { [Report]() } }
        #expect(reports.map(\.order) == ["o1", "o1", "o2", "o2", "o3", "o3"])
        #expect(reports.map(\.sequence) == [1, 2, 1, 2, 1, 2])
    }

    @Test("answers a repeated order with its stored end and runs nothing")
    func repeated() async throws {
        let envelope = try signer.sign(Orders.scan())
        let (link, executor) = try await run([envelope, envelope, envelope])
        #expect(executor.effects.count { $0 == .scan } == 1)
        let ends = await link.sent.compactMap { if case .reports(let reports) = $0 { reports.last } else { nil } }
        #expect(ends.count { $0.fact == .scanned(inventory: "d") } == 3)
        #expect(Set(ends.filter(\.fact.isTerminal).map(\.sequence)) == [2])
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

    // MARK: - Given

    /// Carries out every effect with the best outcome and notes it.
    private final class EasyExecutor: HostRunExecutor {
        private let done = Mutex<[HostRunEffect]>([])

        var effects: [HostRunEffect] { done.withLock { $0 } }

        func currentBoot() async throws(StepFailure) -> BootFacts { BootFacts(bootID: "one", kernel: "6.1") }

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

    /// Runs an agent until the script of its link is over.
    private func run(
        _ orders: [OrderEnvelope?],
        clock: InstantClock = InstantClock()
    ) async throws -> (ScriptedLink, EasyExecutor) {
        let (over, end) = AsyncStream.makeStream(of: Void.self)
        let link = ScriptedLink(orders: orders, atEnd: { end.finish() })
        let executor = EasyExecutor()
        let agent = Agent(
            ledger: Ledger(
                file: FramedFile(path: folder.path + "/journal"),
                gate: signer.gate(),
                now: { Orders.start }
            ),
            link: link,
            executor: executor,
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            now: { Orders.start },
            clock: clock,
            logger: .silent
        )
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
            group.cancelAll()
        }
        return (link, executor)
    }
}
