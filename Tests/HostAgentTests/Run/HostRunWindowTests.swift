import AgentProtocol
import HostAgent
import Testing
import Time

/// What the clocks allow a host run.
@Suite("A host run and its window")
struct HostRunWindowTests {
    private let boot = BootFacts(bootID: "one", kernel: "6.1")
    private let patch = Orders.patch("web", "2.0")

    @Test("waits for a window that opens a little later by this host's clock")
    func waits() {
        let order = Orders.install([patch])
        let early = order.window.opens - .seconds(120)
        var run = HostRun(order, takenAt: early)
        run.apply(.accepted, at: early)
        #expect(run.nextStep(now: early, boot: boot) == .wait(until: order.window.opens))
        #expect(run.nextStep(now: order.window.opens, boot: boot) == .perform(.refresh))
    }

    @Test("does not begin when the clock is set back from behind the cutoff")
    func setBack() {
        var run = HostRun(Orders.install([patch]))
        let late = run.order.window.cutoff + .seconds(1)
        for event in [HostRunEvent.accepted, .observed(.refreshed), .observed(.surveyed(survey(isConsistent: false)))] {
            run.apply(event, at: late)
        }
        guard case .record(.stopped(let failure)) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("the window opened again")
            return
        }
        #expect(failure.kind == .windowClosed)
    }

    @Test("gives every report a time that is not before the last one's")
    func reportTimes() {
        var run = HostRun(Orders.install([patch]))
        run.apply(.accepted, at: Orders.start + .seconds(60))
        run.apply(.ended(.scanned(inventory: "d")), at: Orders.start)
        #expect(run.reports.map(\.at) == [Orders.start + .seconds(60), Orders.start + .seconds(60)])
    }

    @Test("repairs what others left only until the cutoff")
    func repair() {
        var run = HostRun(Orders.install([patch]))
        for event in [HostRunEvent.accepted, .observed(.refreshed), .observed(.surveyed(survey(isConsistent: false)))] {
            run.apply(event, at: Orders.start)
        }
        #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.repairing))
        run.apply(.repairing, at: Orders.start)
        let repair = HostRunEffect.repair(deadline: run.order.window.cutoff)
        #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(repair))
    }

    @Test("repairs again what was cut off with its repair, and waits for a package manager that outlived its agent")
    func repairCutOff() {
        var run = HostRun(Orders.install([patch]))
        let broken = HostRunEvent.observed(.surveyed(survey(isConsistent: false)))
        for event in [HostRunEvent.accepted, .observed(.refreshed), broken, .repairing, .resumed] {
            run.apply(event, at: Orders.start)
        }
        #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(.survey(isPatient: true)))
        run.apply(broken, at: Orders.start)
        #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.repairing))
    }

    private func survey(isConsistent: Bool) -> HostSurvey {
        HostSurvey(
            packages: [
                PackageState(
                    name: "web",
                    architecture: "all",
                    version: "1.0",
                    isConfigured: isConsistent,
                    isHeld: false
                )
            ],
            isConsistent: isConsistent,
            rebootReasons: [],
            rebootPackages: [],
            boot: boot
        )
    }
}
