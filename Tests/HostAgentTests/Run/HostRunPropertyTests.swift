import AgentProtocol
import HostAgent
import Testing
import Time

/// Whatever fails, crashes or reboots, and whenever: these hold of every run.
@Suite("A host run under faults")
struct HostRunPropertyTests {
    @Test(
        "ends exactly once, starts nothing after the cutoff, and says what is so",
        arguments: 0..<400 as Range<UInt64>
    )
    func invariants(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let order = Self.order(&random)
        var host = SimulatedHost(order, seed: seed &+ 1_000_003)
        var now = Orders.start
        var run = HostRun(order)
        var journal: [(event: HostRunEvent, at: Timestamp)] = []

        var steps = 0
        var grants: Int64 = 0
        while run.outcome == nil {
            steps += 1
            try #require(steps < 2_000, "seed \(seed): the run goes in circles")
            now = now + .seconds(Int.random(in: 0..<240, using: &random))
            let step = run.nextStep(now: now, boot: host.bootFacts)
            var event: HostRunEvent
            switch step {
            case .record(let recorded):
                Self.checkBeginning(recorded, now, order, run, seed)
                switch recorded {
                case .rebooting, .restarting:
                    let isHeld = journal.contains { entry in
                        if case .slotGranted(_, let until) = entry.event { until > now } else { false }
                    }
                    #expect(isHeld || order.rebootSlot == nil, "seed \(seed): reboots without a slot")
                default: break
                }
                event = recorded
            case .perform(let effect):
                do {
                    event = .observed(try host.perform(effect))
                } catch {
                    event = .resumed
                }
            case .wait: continue
            case .askForSlot:
                #expect(order.rebootSlot != nil && now < order.window.cutoff, "seed \(seed): asks for nothing")
                guard random.oneIn(3) else { continue }
                grants += 1
                event = .slotGranted(fence: grants, until: now + .seconds(Int.random(in: 0...900, using: &random)))
            case .releaseSlot(let release):
                #expect(release.fence == grants, "seed \(seed): gives back an old grant")
                event = .slotReleased
            case .done:
                Issue.record("seed \(seed): done without an outcome")
                return
            }
            journal.append((event, now))
            run.apply(event, at: now)
            if host.stumbles() {
                journal.append((.resumed, now))
                run.apply(.resumed, at: now)
            }
        }
        Self.checkReports(run, seed)
        Self.checkOutcome(run, host, seed)

        var folded = HostRun(order)
        for entry in journal { folded.apply(entry.event, at: entry.at) }
        #expect(folded == run, "seed \(seed): the fold differs from the live run")
    }

    // MARK: - Checks

    private static func order(_ random: inout SplitMix64) -> Order {
        let names = ["kernel-a", "lib-b", "web-c", "tool-d"].shuffled(using: &random)
        let patches = names.prefix(Int.random(in: 0...4, using: &random)).map { Orders.patch($0, "2.0") }
        let cutoff = Duration.seconds(Int.random(in: 60..<7_200, using: &random))
        let reboot = random.oneIn(4) ? Order.RebootPolicy.never : .ifNeeded
        let slot = random.oneIn(3) ? "db" : nil
        var order = Orders.install(patches, reboot: reboot, cutoff: cutoff, rebootSlot: slot)
        if random.oneIn(2) { order.hooks = HookedHost.allHooks }
        return order
    }

    private static func checkBeginning(
        _ event: HostRunEvent,
        _ now: Timestamp,
        _ order: Order,
        _ run: HostRun,
        _ seed: UInt64
    ) {
        let isFirstRepair = event == .repairing && !run.reports.contains { $0.fact == .installing }
        switch event {
        case .installing, .rebooting, .restarting:
            #expect(now < order.window.cutoff, "seed \(seed): \(event) begins after the cutoff")
        case .repairing where isFirstRepair:
            #expect(now < order.window.cutoff, "seed \(seed): a repair begins after the cutoff")
        default: break
        }
    }

    private static func checkReports(_ run: HostRun, _ seed: UInt64) {
        #expect(run.reports.map(\.sequence) == Array(1...run.reports.count), "seed \(seed)")
        #expect(run.reports.count { $0.fact.isTerminal } == 1, "seed \(seed)")
        #expect(run.reports.last?.fact == run.outcome, "seed \(seed)")
        for fact in [HostRunFact.accepted, .installing] {
            #expect(run.reports.count { $0.fact == fact } <= 1, "seed \(seed): \(fact) twice")
        }
    }

    private static func checkOutcome(_ run: HostRun, _ host: SimulatedHost, _ seed: UInt64) {
        #expect(host.completions.values.allSatisfy { $0 == 1 }, "seed \(seed): installed twice \(host.completions)")
        guard case .installed(let result) = run.outcome else { return }
        for patch in result.patches {
            let package = host.packages[patch.patch.name]
            switch patch.state {
            case .installed, .alreadyInstalled, .pendingReboot:
                #expect(package?.version == "2.0" && package?.isConfigured == true, "seed \(seed): \(patch)")
            case .notApplicable:
                #expect(package == nil, "seed \(seed): \(patch)")
            case .failed:
                Issue.record("seed \(seed): a failed patch in a good result")
            }
        }
        let pending = result.patches.contains { $0.state == .pendingReboot }
        #expect(pending == !host.rebootPackages.isEmpty, "seed \(seed): pending reboot told wrongly")
        if let reboot = result.reboot {
            #expect(reboot.outcome == .confirmed && reboot.before.bootID != reboot.after.bootID, "seed \(seed)")
        }
    }
}
