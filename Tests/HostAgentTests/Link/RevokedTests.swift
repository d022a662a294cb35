import AgentProtocol
import HostAgent
import Logging
import Synchronization
import Testing

@Suite("A revoked agent", .timeLimit(.minutes(10)))
struct RevokedTests {
    private struct Over: Error {}

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// Takes no signature.
    private struct RefusingLink: ControlPlaneLink {
        private static let refusal = LinkFailure.unauthorized(detail: "revoked")

        func nextOrder(wait: Duration) async throws(LinkFailure) -> OrderEnvelope? { throw Self.refusal }

        func standing(of order: String) async throws(LinkFailure) -> OrderStanding { throw Self.refusal }

        func orderKeys() async throws(LinkFailure) -> OrderKeyHistory { throw Self.refusal }

        func send(_ reports: [Report]) async throws(LinkFailure) { throw Self.refusal }

        func send(boots: [BootReport]) async throws(LinkFailure) { throw Self.refusal }

        func send(repairs: [RepairReport]) async throws(LinkFailure) { throw Self.refusal }

        func rebootSlot(for order: String) async throws(LinkFailure) -> RebootSlotAnswer { throw Self.refusal }

        func release(_ slot: RebootSlotRelease) async throws(LinkFailure) { throw Self.refusal }

        func upload(_ inventory: [UInt8], digest: String) async throws(LinkFailure) { throw Self.refusal }

        func upload(output: [UInt8], of order: String, named name: String) async throws(LinkFailure) {
            throw Self.refusal
        }
    }

    private struct IdleExecutor: HostRunExecutor {
        func currentBoot() async throws(StepFailure) -> BootFacts { BootFacts(bootID: "one", kernel: "6.1") }

        func perform(_ effect: HostRunEffect, for order: Order) async -> HostRunOutcome { .refreshed }

        func keepOutputs(of order: Order) {}
    }

    private struct Recorder: LogHandler {
        final class Lines: Sendable {
            private let all = Mutex<[String]>([])

            var recorded: [String] { all.withLock { $0 } }

            func add(_ line: String) { all.withLock { $0.append(line) } }
        }

        let lines: Lines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.add("\(event.message)") }
    }

    @Test("says so once, asks more and more seldom, and ends when its host is enrolled anew")
    func revoked() async throws {
        let folder = try TemporaryFolder()
        let (clock, lines, refusals) = (InstantClock(), Recorder.Lines(), Counter())
        let signer = OrderSigner()
        let bench = Workbench(
            ledger: Ledger(
                file: FramedFile(path: folder.path + "/journal"),
                gate: signer.gate(),
                now: { Orders.start }
            ),
            link: RefusingLink(),
            executor: IdleExecutor(),
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            keyring: try OrderKeyring(file: folder.path + "/order-keys.json", enrolled: [signer.publicKey]),
            now: { Orders.start },
            clock: clock,
            logger: Logger(label: "test") { _ in Recorder(lines: lines) }
        )
        let agent = Agent(bench, onRefused: { if refusals.next() == 11 { throw Over() } })
        await #expect(throws: Over.self) { try await agent.run() }
        #expect(lines.recorded == ["no order can be fetched; trying again"])
        // Ten waits of a minute and more, at least half of it each by the jitter.
        #expect(clock.now.offset > .seconds(300), "\(clock.now.offset)")
        #expect(clock.now.offset <= .seconds(3_600), "\(clock.now.offset)")
    }
}
