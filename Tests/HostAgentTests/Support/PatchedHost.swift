import AgentProtocol
import HostAgent
import LocalFleet
import Logging
import Time

/// A real host in a folder with the agent's parts around its package manager.
protocol PatchedHost {
    var folder: TemporaryFolder { get }
    var manager: any PackageManager { get }
    var inventories: InventoryStore { get }
    var outputs: OutputStore { get }
    var signer: OrderSigner { get }
    var bootIdentityFile: String { get }
}

extension PatchedHost {
    var journal: String { folder.path + "/journal" }

    func ledger(fault: FaultyFile.Fault = .never, limits: HostLimits = HostLimits()) async throws -> Ledger {
        let ledger = Ledger(
            file: FaultyFile(path: journal, fault: fault),
            gate: signer.gate(),
            host: { HostGuard(limits: .success(limits)) },
            now: { Orders.start }
        )
        try await ledger.load()
        return ledger
    }

    /// - Parameter link: of whom a run asks for its reboot slot.
    func driver(
        _ ledger: Ledger,
        link: ScriptedLink = ScriptedLink(),
        limits: HostLimits = HostLimits()
    ) -> HostRunDriver {
        let boot = Boot(identityFile: bootIdentityFile, command: [folder.path + "/reboot"])
        let clock = InstantClock()
        let executor = HostExecutor(
            packages: manager,
            inventories: inventories,
            outputs: outputs,
            boot: boot,
            steps: StepRunner(folder: folder.path + "/agent/steps"),
            limits: { () throws(AgentFailure) in limits },
            now: { Orders.start },
            clock: clock
        )
        return HostRunDriver(
            ledger: ledger,
            executor: executor,
            slots: SlotDesk(ledger: ledger, link: link, now: { Orders.start }, clock: clock, logger: .silent),
            now: { Orders.start },
            clock: clock,
            logger: .silent
        )
    }

    func take(_ order: Order, into ledger: Ledger) async throws -> Reception {
        try await ledger.receive(try signer.sign(order))
    }

    /// Carries an order out and gives its terminal fact.
    func run(_ order: Order, limits: HostLimits = HostLimits()) async throws -> HostRunFact? {
        let ledger = try await ledger(limits: limits)
        _ = try await take(order, into: ledger)
        try await driver(ledger, limits: limits).drive()
        return await ledger.outbox.last?.fact
    }
}
