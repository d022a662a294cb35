import AgentProtocol
import HostAgent
import Testing

extension HostRun {
    /// Taken as the tests begin.
    init(_ order: Order) { self.init(order, takenAt: Orders.start) }
}

/// What the tests of a host run begin with.
extension HostRunTests {
    /// Each step is what the run wants; with an outcome it is performed, without one recorded.
    func drive(_ run: inout HostRun, _ steps: [(HostRunStep, HostRunOutcome?)]) {
        for (step, outcome) in steps {
            #expect(run.nextStep(now: Orders.start, boot: boot) == step)
            if let outcome {
                run.apply(.observed(outcome), at: Orders.start)
            } else if case .record(let event) = step {
                run.apply(event, at: Orders.start)
            }
        }
    }

    var upgrade: PlannedChange { upgrade("web") }

    func upgrade(_ name: String) -> PlannedChange {
        PlannedChange(.install, name: name, architecture: "all", from: "1.0", to: "2.0")
    }

    func survey(_ version: String) -> HostSurvey { survey(["web": (version, true)]) }

    func survey(_ packages: [String: (version: String, isConfigured: Bool)]) -> HostSurvey {
        HostSurvey(
            packages: packages.sorted { $0.key < $1.key }.map { name, state in
                PackageState(
                    name: name,
                    architecture: "all",
                    version: state.version,
                    isConfigured: state.isConfigured,
                    isHeld: false
                )
            },
            isConsistent: packages.values.allSatisfy(\.isConfigured),
            rebootReasons: [],
            rebootPackages: [],
            boot: boot
        )
    }

    /// What the host offers before its reboot.
    var condition: HostCondition {
        HostCondition(failedUnits: [], sockets: [ListeningSocket(address: "0.0.0.0", port: 80)], mounts: ["/srv"])
    }

    /// A run whose scan found the install done and a reboot wanted, and which has looked at what the host offers.
    func rebooting(policy: Order.RebootPolicy = .ifNeeded) -> HostRun {
        var run = HostRun(Orders.install([patch], reboot: policy))
        var after = survey("2.0")
        after.rebootReasons = ["web asks for a reboot"]
        after.rebootPackages = ["web"]
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed),
                (.perform(.survey()), .surveyed(survey("1.0"))),
                (.perform(.simulate([patch])), .simulated([upgrade])), (.perform(.download([patch])), .downloaded),
                (.record(.installing([patch])), nil), (.perform(.install([patch])), .transacted(complaint: nil)),
                (.perform(.scan), .scanned(inventory: "d", after)),
            ]
        )
        if policy == .ifNeeded { drive(&run, [(.perform(.inspect), .inspected(condition))]) }
        return run
    }
}
