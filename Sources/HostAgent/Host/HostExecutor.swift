package import AgentProtocol
package import Logging
package import Time

/// Carries out a host run's effects by a package manager on a real host.
package struct HostExecutor: HostRunExecutor {
    /// How long another package manager may be at work before the run is given up.
    private static let longestWait = Duration.seconds(600)

    let packages: any PackageManager
    private let inventories: InventoryStore
    private let outputs: OutputStore?
    private let boot: any BootControl
    private let conditions: (any ConditionSource)?
    private let steps: StepRunner?
    private let updaters: OtherUpdaters?
    private let limits: @Sendable () throws(AgentFailure) -> HostLimits
    private let now: @Sendable () -> Timestamp
    let clock: any Clock<Duration>
    let logger: Logger?

    /// - Parameters:
    ///   - outputs: nil where nobody wants to see what the package manager printed.
    ///   - conditions: nil where the root folder is not this machine's.
    ///   - logger: hears how a transaction gets on; nil where nobody listens.
    ///   - steps: nil where no documents are run.
    ///   - updaters: waited for as other package managers are; nil where the root folder is not this machine's.
    ///   - limits: of the host's owner; asked whenever they matter.
    package init(
        packages: any PackageManager,
        inventories: InventoryStore,
        outputs: OutputStore? = nil,
        boot: any BootControl,
        conditions: (any ConditionSource)? = nil,
        steps: StepRunner? = nil,
        updaters: OtherUpdaters? = nil,
        limits: @escaping @Sendable () throws(AgentFailure) -> HostLimits = { () throws(AgentFailure) in HostLimits() },
        now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        clock: any Clock<Duration> = QuietClock(),
        logger: Logger? = nil
    ) {
        self.packages = packages
        self.inventories = inventories
        self.outputs = outputs
        self.boot = boot
        self.conditions = conditions
        self.steps = steps
        self.updaters = updaters
        self.limits = limits
        self.now = now
        self.clock = clock
        self.logger = logger
    }

    package func currentBoot() async throws(StepFailure) -> BootFacts { try await boot.current() }

    package func perform(_ effect: HostRunEffect, for order: Order) async -> HostRunOutcome {
        do throws(StepFailure) {
            return try await outcome(of: effect, for: order)
        } catch {
            return .failed(error)
        }
    }

    package func keepOutputs(of order: Order) async throws {
        guard let outputs else { return }
        let logs = packages.logs + (steps.map { [$0.log] } ?? [])
        for log in logs {
            let text = try log.content()
            if !text.isEmpty { try outputs.keep(text, of: order.id, named: log.name) }
        }
        for log in logs { try log.clear() }
    }

    private func outcome(of effect: HostRunEffect, for order: Order) async throws(StepFailure) -> HostRunOutcome {
        switch effect {
        case .refresh:
            try await waitForOthers(order, toRefresh: true)
            try await order.work == .scan ? packages.refreshToScan() : packages.refresh()
            return .refreshed
        case .survey(let isPatient):
            // What this run began is waited for whatever the window says.
            if !isPatient { try await waitForOthers(order, toRefresh: false) }
            return .surveyed(try await survey(for: order, isPatient: isPatient))
        case .repair(let deadline):
            let held = try heldPackages(of: order)
            let transaction = transaction(order.patches.filter { !held.contains($0.name) }, order)
            try await packages.repair(allowing: transaction, waiting: deadline.map(timeLeft) ?? .seconds(Int64.max))
            return .repaired
        case .simulate(let patches):
            return .simulated(try await packages.simulate(transaction(patches, order)))
        case .sift(let patches):
            return .sifted(try await sift(patches, order))
        case .download(let patches):
            try await packages.download(transaction(patches, order))
            return .downloaded
        case .install(let patches):
            let limit = timeLeft(until: order.window.cutoff)
            let complaint = await watched(order) { await packages.install(transaction(patches, order), waiting: limit) }
            return .transacted(complaint: complaint)
        case .scan:
            return try await scan(for: order)
        case .inspect:
            return .inspected(await conditions?.read().bounded ?? HostCondition())
        case .settle(let before):
            return .settled(losses: try await losses(since: before))
        case .runStep(let task):
            guard let steps else { throw StepFailure(.script, "cannot be begun: this agent runs no documents") }
            return .stepped(await steps.run(task, for: order))
        case .reboot:
            return .stillRunning(detail: try await reboot())
        }
    }

    private func transaction(_ patches: [PatchReference], _ order: Order) -> PackageTransaction {
        PackageTransaction(patches, newcomers: order.newcomers)
    }

    private func waitForOthers(_ order: Order, toRefresh: Bool) async throws(StepFailure) {
        let timeLeft = clock.countdown(from: min(timeLeft(until: order.window.cutoff), Self.longestWait))
        try await packages.waitForOthers(toRefresh: toRefresh, within: timeLeft())
        guard let updaters, order.work != .scan else { return }
        // Between two of its package managers another updater holds no lock.
        try await LockPatience(clock: clock).wait(within: timeLeft(), for: updaters.atWork)
    }

    /// Packages that stay as they are by the wish of the host's owner.
    private func heldPackages(of order: Order) throws(StepFailure) -> Set<String> {
        guard !order.patches.isEmpty else { return [] }
        do throws(AgentFailure) {
            return try limits().heldPackages
        } catch {
            throw StepFailure(.unknown, "nobody knows which packages the host's owner holds: \(error)")
        }
    }

    /// What waits for others must not begin when its time is over.
    private func timeLeft(until moment: Timestamp) -> Duration { max(.zero, moment - now()) }

    private func sift(_ patches: [PatchReference], _ order: Order) async throws(StepFailure) -> [PatchTrial] {
        var trials: [PatchTrial] = []
        for patch in patches {
            do throws(StepFailure) {
                let changes = try await packages.simulate(transaction([patch], order))
                trials.append(PatchTrial(patch: patch, changes: changes, failure: nil))
            } catch {
                guard [.conflict, .vanishedVersion].contains(error.kind) else { throw error }
                trials.append(PatchTrial(patch: patch, changes: [], failure: error))
            }
        }
        return trials
    }

    private func survey(for order: Order, isPatient: Bool = false) async throws(StepFailure) -> HostSurvey {
        let names = Set((order.patches + order.newcomers).map(\.name))
        let states = try await packages.states(of: names, isPatient: isPatient)
        let request = try await packages.rebootRequest()
        let held = try heldPackages(of: order)
        return HostSurvey(
            packages: states.packages.map { package in
                var package = package
                package.isHeld = package.isHeld || held.contains(package.name)
                return package
            },
            isConsistent: states.isConsistent,
            rebootReasons: request.reasons,
            rebootPackages: request.packages,
            pendingKernel: request.kernel,
            boot: try await boot.current()
        )
    }

    private func scan(for order: Order) async throws(StepFailure) -> HostRunOutcome {
        let survey = try await survey(for: order)
        do throws(StepFailure) {
            let digest = try keep(try await packages.inventory())
            try packages.clean()
            return .scanned(inventory: digest, survey)
        } catch {
            return .unscanned(error, survey)
        }
    }

    private func keep(_ inventory: Inventory) throws(StepFailure) -> String {
        do {
            return try inventories.keep(inventory)
        } catch {
            throw StepFailure(.disk, "the inventory cannot be kept: \(error)")
        }
    }

    /// How often what is missing after a reboot is looked for, whatever the window says: looking changes nothing.
    package static let settleAttempts = 60
    private static let settlePause = Duration.seconds(5)

    private func losses(since before: HostCondition) async throws(StepFailure) -> [String] {
        guard let conditions else { return [] }
        for _ in 1..<Self.settleAttempts {
            // Units may fail as long as others start.
            if await !conditions.isStarting(), await conditions.read().losses(since: before).isEmpty { return [] }
            do {
                try await clock.sleep(for: Self.settlePause)
            } catch {
                throw StepFailure(.interrupted, "the agent is ending while it waits for what the host offered before")
            }
        }
        return await conditions.read().losses(since: before)
    }

    private func reboot() async throws(StepFailure) -> String {
        let isForbidden: Bool
        do throws(AgentFailure) {
            // A document may ask for a restart of which its order says nothing.
            isForbidden = try limits().neverReboot
        } catch {
            throw StepFailure(.rebootFailed, "nobody knows whether the host's owner lets it reboot: \(error)")
        }
        guard !isForbidden else {
            throw StepFailure(.rebootFailed, "\(HostLimitsFile.path) lets nothing reboot this host")
        }
        do {
            return try await boot.reboot(clock: clock)
        } catch {
            throw StepFailure(.interrupted, "the agent is ending while it waits for the reboot")
        }
    }
}
