import AgentProtocol
import Foundation
import HostAgent
import Synchronization
import Time

/// A host in memory whose stock agent starts the one-shot, and reboots it as that asks.
final class StockHost: Sendable {
    /// Carries out what a host in memory does.
    private struct Executor: HostRunExecutor {
        let host: StockHost
        let reboots: AskedReboot

        func currentBoot() async throws(StepFailure) -> BootFacts { host.facts }

        func keepOutputs(of order: Order) {}

        func perform(_ effect: HostRunEffect, for order: Order) async -> HostRunOutcome {
            if effect == .reboot {
                do {
                    return .stillRunning(detail: try await reboots.reboot(clock: HastyClock()))
                } catch {
                    return .failed(StepFailure(.interrupted, "ended in a test"))
                }
            }
            return host.host.withLock { $0.perform(effect) } ?? .refreshed
        }
    }

    private struct Boot: BootControl {
        let host: StockHost

        func current() async throws(StepFailure) -> BootFacts { host.facts }

        func reboot(clock: any Clock<Duration>) async throws -> String { "nobody runs a command here" }
    }

    let folder: TemporaryFolder
    let signer: OrderSigner
    /// The key that the stock agent is given.
    let key: String
    private let host: Mutex<HookedHost>

    init(_ host: sending HookedHost, signer: OrderSigner = OrderSigner(), key: String? = nil) throws {
        folder = try TemporaryFolder()
        self.signer = signer
        self.key = key ?? signer.publicKey
        self.host = Mutex(host)
    }

    var facts: BootFacts { host.withLock { $0.bootFacts } }
    var trace: [String] { host.withLock { $0.trace } }
    var journal: String { folder.path + "/journal" }

    /// What the stock agent does on exit status 194.
    func reboot() {
        host.withLock { host in
            _ = host.perform(.reboot)
        }
    }

    /// One start of the one-shot.
    ///
    /// - Parameters:
    ///   - death: at which line of the journal it is killed, if any.
    /// - Returns: nil when it was killed.
    func start(
        _ link: any ControlPlaneLink,
        killedAt death: (Int, DyingFile.Moment)? = nil,
        at moment: Timestamp = Orders.start
    ) async throws -> OneShot.Ending? {
        let (deaths, death) = (AsyncStream.makeStream(of: Void.self), death ?? (.max, .before))
        let file = DyingFile(path: journal, at: death.0, death.1, onDeath: { deaths.continuation.finish() })
        let reboots = AskedReboot(Boot(host: self))
        let keyring = try OrderKeyring(file: folder.path + "/order-keys.json", enrolled: [signer.publicKey])
        let ledger = Ledger(
            file: file,
            gate: OrderGate(node: Orders.node, keys: keyring.keys),
            now: { moment }
        )
        let bench = Workbench(
            ledger: ledger,
            link: link,
            executor: Executor(host: self, reboots: reboots),
            inventories: try InventoryStore(folder: folder.path + "/inventories"),
            keyring: keyring,
            now: { moment },
            clock: HastyClock(),
            logger: .silent
        )
        let agent = OneShot(bench, reboots: reboots)
        return try await withThrowingTaskGroup(of: OneShot.Ending?.self) { group in
            group.addTask { [key] in try await agent.run(givenKey: key) }
            group.addTask {
                for await _ in deaths.stream {}
                // When the one-shot has ended nobody asks any more.
                try Task.checkCancellation()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}

/// The continuous clock, on which a reboot that was asked for is not waited for.
struct HastyClock: Clock {
    private let clock = ContinuousClock()

    var now: ContinuousClock.Instant { clock.now }

    var minimumResolution: Duration { clock.minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let time = now.duration(to: deadline)
        let isForReboot = time > OneShot.rebootPatience - .seconds(60) && time <= OneShot.rebootPatience
        guard !isForReboot else { return try Task.checkCancellation() }
        try await clock.sleep(until: deadline, tolerance: tolerance)
    }
}
