import AgentProtocol
import HostAgent
import Testing

/// AWS-RunPatchBaselineWithHooks: what runs when, and what a failure leads to.
@Suite("Hooks around an install")
struct HostRunHookTests {
    /// A host, an order, and what fails.
    struct Case: CustomStringConvertible, Sendable {
        var failing: Order.Hook?
        var isMissing: Bool
        var isRebootPending: Bool
        var asksForReboot: Bool
        var installFails: Bool
        var policy: Order.RebootPolicy

        var description: String {
            "\(failing?.rawValue ?? "nothing") fails, missing \(isMissing), pending \(isRebootPending), "
                + "asks \(asksForReboot), install fails \(installFails), reboot \(policy.rawValue)"
        }

        /// What happens by the specification, and whether the run succeeds.
        var expected: (trace: [String], succeeds: Bool) {
            var trace: [String] = []
            func end(_ isSound: Bool) -> (trace: [String], succeeds: Bool) {
                (trace + ["on-exit"], isSound && failing != .onExit)
            }
            let mayReboot = policy == .ifNeeded
            guard isMissing || isRebootPending && mayReboot else { return end(true) }
            trace.append("before-install")
            guard failing != .beforeInstall else { return end(false) }
            if isMissing {
                trace.append("install")
                guard !installFails else { return end(false) }
            }
            trace.append("after-install")
            guard failing != .afterInstall else { return end(false) }
            guard mayReboot, isRebootPending || isMissing && asksForReboot else { return end(true) }
            trace += ["reboot", "after-reboot"]
            return end(failing != .afterReboot)
        }

        static let all: [Case] = {
            let flags = [false, true]
            var cases: [Case] = []
            for failing in [nil] + Order.Hook.allCases.map(Optional.some) {
                for isMissing in flags {
                    for isRebootPending in flags {
                        for asksForReboot in flags {
                            for installFails in flags {
                                for policy in [Order.RebootPolicy.ifNeeded, .never] {
                                    cases.append(
                                        Case(
                                            failing: failing,
                                            isMissing: isMissing,
                                            isRebootPending: isRebootPending,
                                            asksForReboot: asksForReboot,
                                            installFails: installFails,
                                            policy: policy
                                        )
                                    )
                                }
                            }
                        }
                    }
                }
            }
            return cases
        }()

        var host: HookedHost {
            var host = HookedHost()
            (host.isMissing, host.isRebootPending) = (isMissing, isRebootPending)
            (host.asksForReboot, host.installFails) = (asksForReboot, installFails)
            let failing = failing
            host.exitCode = { hook, _ in hook == failing && failing != nil ? 1 : 0 }
            return host
        }
    }

    private static func run(_ policy: Order.RebootPolicy, hooks: Order.Hooks = HookedHost.allHooks) -> HostRun {
        var order = Orders.install([HookedHost.patch], reboot: policy)
        order.hooks = hooks
        return HostRun(order)
    }

    @Test("run in their order and with their failure rules", arguments: Case.all)
    func sequence(_ example: Case) throws {
        var (run, host) = (Self.run(example.policy), example.host)
        let outcome = host.carryOut(&run)
        let fact = try #require(outcome, "\(example)")
        let expected = example.expected
        #expect(host.trace == expected.trace, "\(example)")
        if case .installed = fact {
            #expect(expected.succeeds, "\(example)")
        } else {
            #expect(!expected.succeeds, "\(example): \(fact)")
        }
        if case .failed(let kind, let detail, let inventory, _) = fact, let failing = example.failing,
            !example.installFails
        {
            #expect(kind == .script && inventory == "digest", "\(example)")
            #expect(detail.contains("of \(failing.rawValue) document d ended with exit code 1: said"), "\(detail)")
        }
        let steps = run.reports.last?.steps?.map { $0.hook?.rawValue ?? "" } ?? []
        #expect(steps == expected.trace.filter { $0 != "install" && $0 != "reboot" }, "\(example)")
        #expect(run.reports.dropLast().allSatisfy { $0.steps == nil })
    }

    @Test(
        "end the same, whenever the agent is ended in between",
        arguments: Case.all.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)
    )
    func cuts(_ example: Case) throws {
        for cut in 1...14 {
            var (run, host) = (Self.run(example.policy), example.host)
            let outcome = host.carryOut(&run) { $0 == cut }
            let fact = try #require(outcome, "\(example), cut \(cut)")
            // What was cut off is done again, next to itself.
            var trace: [String] = []
            for word in host.trace where trace.last != word { trace.append(word) }
            #expect(trace == example.expected.trace, "\(example), cut \(cut)")
            let isInstalled = if case .installed = fact { true } else { false }
            #expect(isInstalled == example.expected.succeeds, "\(example), cut \(cut)")
        }
    }

    @Test("without documents change nothing", arguments: Case.all.filter { $0.failing == nil })
    func none(_ example: Case) throws {
        var (hooked, plain) = (
            Self.run(example.policy, hooks: Order.Hooks()),
            HostRun(Orders.install([HookedHost.patch], reboot: example.policy))
        )
        var (first, second) = (example.host, example.host)
        #expect(first.carryOut(&hooked) == second.carryOut(&plain) || example.installFails, "\(example)")
        #expect(hooked.reports.last?.steps == nil)
    }

    @Test("never run for a scan")
    func scan() throws {
        var order = Orders.scan()
        order.hooks = HookedHost.allHooks
        var (run, host) = (HostRun(order), HookedHost())
        #expect(host.carryOut(&run) == .scanned(inventory: "digest"))
        #expect(host.trace == [])
    }

    @Test("run at the end of an order that is refused as not planned, too")
    func refused() throws {
        var run = Self.run(.ifNeeded, hooks: Order.Hooks(onExit: HookedHost.document("d")))
        for event in [HostRunEvent.accepted, .observed(.refreshed)] { run.apply(event, at: Orders.start) }
        let boot = BootFacts(bootID: "boot-1", kernel: "6.1")
        let package = PackageState(name: "web", architecture: "all", version: "1.0", isConfigured: true, isHeld: false)
        let survey = HostSurvey(
            packages: [package],
            isConsistent: true,
            rebootReasons: [],
            rebootPackages: [],
            boot: boot
        )
        let removal = PlannedChange(.remove, name: "db", architecture: "all", from: "1", to: nil)
        run.apply(.observed(.surveyed(survey)), at: Orders.start)
        run.apply(.observed(.simulated([removal])), at: Orders.start)
        #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.opening(.onExit)))
    }
}
