package import AgentProtocol

/// Carries out a host run's effects by a package manager on a real host.
package struct HostExecutor: HostRunExecutor {
    private let packages: any PackageManager
    private let inventories: InventoryStore
    private let boot: Boot
    private let clock: any Clock<Duration>

    package init(
        packages: any PackageManager,
        inventories: InventoryStore,
        boot: Boot,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.packages = packages
        self.inventories = inventories
        self.boot = boot
        self.clock = clock
    }

    package func currentBoot() async throws(StepFailure) -> BootFacts { try boot.current() }

    package func perform(_ effect: HostRunEffect, for order: Order) async -> HostRunOutcome {
        do throws(StepFailure) {
            return try await outcome(of: effect, for: order)
        } catch {
            return .failed(error)
        }
    }

    private func outcome(of effect: HostRunEffect, for order: Order) async throws(StepFailure) -> HostRunOutcome {
        switch effect {
        case .refresh:
            try await packages.refresh()
            return .refreshed
        case .survey:
            return .surveyed(try await survey(for: order))
        case .repair:
            try await packages.repair(allowing: order.patches)
            return .repaired
        case .simulate(let patches):
            return .simulated(try await packages.simulate(patches))
        case .download(let patches):
            try await packages.download(patches)
            return .downloaded
        case .install(let patches):
            return .transacted(complaint: await packages.install(patches))
        case .scan:
            return try await scan(for: order)
        case .reboot:
            return .stillRunning(detail: try await reboot())
        }
    }

    private func survey(for order: Order) async throws(StepFailure) -> HostSurvey {
        let states = try await packages.states(of: Set(order.patches.map(\.name)))
        let request = try packages.rebootRequest()
        return HostSurvey(
            packages: states.packages,
            isConsistent: states.isConsistent,
            rebootReasons: request.reasons,
            rebootPackages: request.packages,
            boot: try boot.current()
        )
    }

    private func scan(for order: Order) async throws(StepFailure) -> HostRunOutcome {
        let survey = try await survey(for: order)
        let inventory = try await packages.inventory()
        let digest: String
        do {
            digest = try inventories.keep(inventory)
        } catch {
            throw StepFailure(.disk, "the inventory cannot be kept: \(error)")
        }
        try packages.clean()
        return .scanned(inventory: digest, survey)
    }

    private func reboot() async throws(StepFailure) -> String {
        do {
            return try await boot.reboot(clock: clock)
        } catch {
            throw StepFailure(.interrupted, "the agent is ending while it waits for the reboot")
        }
    }
}
