import AgentProtocol
import FoundationEssentials
import HostAgent
import Time

extension AgentProcess {
    /// Asks the machine, records or carries out, and goes on with what came of it.
    func drive() {
        guard let run = state.activeRun else { return idle() }
        guard !isStruck() else { return }
        watch(run.order.id)
        switch run.nextStep(now: seenTime(run.order), boot: seenBoot(run)) {
        case .record(let event):
            judge(event, of: run)
            after(world.random.milliseconds(1...200)) { [self] in record(event) }
        case .perform(let effect):
            world.judge { () throws(Violation) in try world.checker.begins(effect, run.order, host) }
            perform(effect, for: run.order) { [self] outcome in record(.observed(outcome)) }
        case .askForSlot: askForSlot(run.order)
        case .releaseSlot(let slot): release(slot, run.order)
        case .wait(let moment): after(max(.seconds(1), moment - host.now)) { [self] in drive() }
        case .done: idle()
        }
    }

    private func record(_ event: HostRunEvent) {
        record(.run(event), orElse: { [self] in resume() }, then: { drive() })
    }

    private func judge(_ event: HostRunEvent, of run: HostRun) {
        world.tell(name, event.summary)
        if host.now >= run.order.window.cutoff { world.note(.windowClosedDuringRun) }
        world.judge { () throws(Violation) in try world.checker.records(event, run.order, host) }
    }

    // MARK: - Reboot slots

    /// Until it has one, or the cutoff has come.
    private func askForSlot(_ order: Order) {
        guard let group = world.scenario.rebootSlots else {
            return world.violate(.onlyOrdered, "\(order.id) asks for a slot that nobody has")
        }
        let asked = host.now
        var isAnswered = false
        slotQuestions += 1
        let replied = callback { [self] (grant: RebootSlotGrant?) in
            if isAnswered { return }
            isAnswered = true
            guard let grant else {
                world.note(.waitedForSlot)
                return after(world.random.seconds(20...40)) { [self] in drive() }
            }
            record(.slotGranted(fence: grant.fence, until: asked + .seconds(grant.seconds)))
        }
        world.gateway.rebootSlot(group, for: order, number: "\(order.node).\(life).\(slotQuestions)", reply: replied)
        after(.seconds(60)) { replied(nil) }
    }

    private func release(_ slot: RebootSlotRelease, _ order: Order) {
        var isAnswered = false
        let replied = callback { [self] (_: Bool) in
            if isAnswered { return }
            isAnswered = true
            record(.slotReleased)
        }
        world.gateway.release(slot, of: order) { replied(true) }
        after(.seconds(60)) { replied(false) }
    }

    // MARK: - Defects

    /// What the run goes by, and writes down.
    func seenTime(_ order: Order) -> Timestamp {
        guard world.plan.defect == .agentIgnoresCutoff else { return host.now }
        return min(host.now, order.window.cutoff - .seconds(1))
    }

    private func seenBoot(_ run: HostRun) -> BootFacts {
        let boot = host.bootFacts
        let hasRebooted = run.reports.contains { if case .rebooting = $0.fact { true } else { false } }
        guard world.plan.defect == .bootNotCompared, hasRebooted else { return boot }
        return BootFacts(bootID: "\(boot.bootID)?", kernel: boot.kernel)
    }

    // MARK: - Effects

    private func perform(_ effect: HostRunEffect, for order: Order, then: @escaping (HostRunOutcome) -> Void) {
        let names = order.packages.map(\.name)
        switch effect {
        case .refresh: plainly(5...90, .refreshed, then)
        case .survey: after(world.random.seconds(1...5)) { [self] in then(.surveyed(host.survey(names))) }
        case .simulate(let patches): plainly(2...20, .simulated(changes(patches)), then)
        case .sift(let patches):
            let trials = patches.map { PatchTrial(patch: $0, changes: changes([$0]), failure: nil) }
            plainly(2...20, .sifted(trials), then)
        case .download: plainly(5...1_200, .downloaded, then)
        case .repair:
            configure(host.packages.keys.sorted()[...], order) { then(.repaired) }
        case .install(let patches): install(patches, order, then)
        case .scan: scan(names, then)
        case .inspect: after(world.random.seconds(1...5)) { then(.inspected(HostCondition())) }
        case .settle: after(world.random.seconds(1...300)) { then(.settled(losses: [])) }
        case .runStep: after(world.random.seconds(1...60)) { then(.stepped(StepRun(exitCode: 0))) }
        case .reboot: reboot(then)
        }
    }

    private func plainly(
        _ seconds: ClosedRange<Int>,
        _ outcome: HostRunOutcome,
        _ then: @escaping (HostRunOutcome) -> Void
    ) {
        let fails = world.faults.strikes(.packageFails)
        after(world.random.seconds(seconds)) {
            then(fails ? .failed(StepFailure(.network, "the mirror does not answer")) : outcome)
        }
    }

    private func changes(_ patches: [PatchReference]) -> [PlannedChange] {
        patches.compactMap { patch in
            guard let package = host.packages[patch.name], package.version != patch.version else { return nil }
            return PlannedChange(
                .install,
                name: patch.name,
                architecture: patch.architecture,
                from: package.version,
                to: patch.version
            )
        }
    }

    private func install(_ patches: [PatchReference], _ order: Order, _ then: @escaping (HostRunOutcome) -> Void) {
        host.isInstalling = true
        unpack(patches[...], order) { [self] complaint in
            guard complaint == nil else { return ended(complaint, then) }
            configure(patches.map(\.name)[...], order) { [self] in ended(nil, then) }
        }
    }

    private func ended(_ complaint: StepFailure?, _ then: @escaping (HostRunOutcome) -> Void) {
        host.isInstalling = false
        then(.transacted(complaint: complaint))
    }

    /// One package after the other: the host may be cut off between any two.
    private func unpack(
        _ patches: ArraySlice<PatchReference>,
        _ order: Order,
        _ then: @escaping (StepFailure?) -> Void
    ) {
        guard let patch = patches.first else { return then(nil) }
        after(world.random.seconds(2...120)) { [self] in
            if isStruck() { return }
            if host.packages[patch.name]?.version != patch.version {
                world.judge { () throws(Violation) in try world.checker.unpacks(patch, order, host) }
                host.unpack(patch.name, patch.version)
            }
            if world.faults.strikes(.packageFails) { return then(StepFailure(.script, "a maintainer script failed")) }
            unpack(patches.dropFirst(), order, then)
        }
    }

    private func configure(_ names: ArraySlice<String>, _ order: Order, _ then: @escaping () -> Void) {
        guard let name = names.first else { return then() }
        after(world.random.seconds(1...60)) { [self] in
            if isStruck() { return }
            if host.configure(name) {
                world.judge { () throws(Violation) in try world.checker.completes(name, order, host) }
            }
            configure(names.dropFirst(), order, then)
        }
    }

    private func scan(_ names: [String], _ then: @escaping (HostRunOutcome) -> Void) {
        after(world.random.seconds(2...60)) { [self] in
            let inventory = host.inventory()
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            do {
                let digest = LaneWork.digest(of: Array(try encoder.encode(inventory)))
                host.inventories[digest] = inventory
                then(.scanned(inventory: digest, host.survey(names)))
            } catch {
                then(.failed(StepFailure(.disk, "\(error)")))
            }
        }
    }

    private func reboot(_ then: @escaping (HostRunOutcome) -> Void) {
        after(world.random.seconds(1...10)) { [self] in
            guard world.faults.strikes(.rebootFails) else { return host.reboot() }
            world.note(.rebootNotConfirmed)
            after(.seconds(300)) { then(.stillRunning(detail: "nothing happened")) }
        }
    }
}

extension Order {
    /// What it orders to install; nothing for a scan.
    var packages: [PatchReference] {
        if case .install(_, let patches, _, _) = work { patches } else { [] }
    }

    var mayReboot: Bool {
        if case .install(_, _, _, .ifNeeded) = work { true } else { false }
    }
}

extension HostRunEvent {
    /// Short, for the trace.
    fileprivate var summary: String {
        switch self {
        case .stopped(let failure): "stops: \(failure)"
        case .rebooting(let boot): "reboots from \(boot.bootID)"
        case .verifying(let boot): "verifies in \(boot.bootID)"
        case .slotGranted(let fence, let until): "may reboot by grant \(fence) until \(until)"
        case .slotReleased: "holds no reboot slot any more"
        case .ended(.failed(let kind, let detail, _, _)): "failed: \(kind.rawValue), \(detail)"
        case .ended(.refused(let reason, _)): "refuses: \(reason.rawValue)"
        case .ended: "ended well"
        case .installing: "installs"
        case .accepted, .resumed, .observed, .repairing, .opening, .stepping, .restarting, .restarted, .restartGivenUp,
            .withdrawn:
            "\(self)"
        }
    }
}
