import AgentProtocol
import HostAgent
import Testing
import Time

/// What a host run does about the reboot slot that its order needs.
extension HostRunTests {
    private static let until = Orders.start + .seconds(1_800)

    @Test("reboots with a reboot slot and not without")
    func slot() {
        var run = wantingReboot()
        #expect(run.nextStep(now: Orders.start, boot: boot) == .askForSlot)
        run.apply(.slotGranted(fence: 7, until: Self.until), at: Orders.start)
        drive(&run, [(.perform(.inspect), .inspected(condition)), (.record(.rebooting(boot)), nil)])
    }

    @Test("asks again for a slot whose lease is nearly over")
    func renewal() {
        var run = wantingReboot()
        run.apply(.slotGranted(fence: 7, until: Self.until), at: Orders.start)
        let late = Self.until - .seconds(59)
        #expect(run.nextStep(now: late, boot: boot) == .askForSlot)
        run.apply(.slotGranted(fence: 7, until: late + .seconds(900)), at: late)
        #expect(run.nextStep(now: late, boot: boot) == .perform(.inspect))
    }

    @Test("that gets no slot before the cutoff does not reboot, and says that a reboot is due")
    func withoutSlot() throws {
        let run = wantingReboot()
        guard case .record(.ended(.installed(let result))) = run.nextStep(now: run.order.window.cutoff, boot: boot)
        else {
            Issue.record("not installed: \(run.nextStep(now: run.order.window.cutoff, boot: boot))")
            return
        }
        #expect(result.patches.map(\.state) == [.pendingReboot])
        #expect(result.reboot == nil)
    }

    @Test("gives its slot back when its host is back", arguments: [[], ["nothing listens on 0.0.0.0:80"]])
    func release(losses: [String]) {
        var run = wantingReboot()
        let next = BootFacts(bootID: "two", kernel: "6.1")
        var after = survey("2.0")
        after.boot = next
        let events: [HostRunEvent] = [
            .slotGranted(fence: 7, until: Self.until), .observed(.inspected(condition)), .rebooting(boot), .resumed,
            .verifying(next), .observed(.settled(losses: losses)), .observed(.scanned(inventory: "e", after)),
        ]
        for event in events { run.apply(event, at: Orders.start) }
        if losses.isEmpty {
            let release = RebootSlotRelease(slot: "db", fence: 7)
            #expect(run.nextStep(now: Orders.start, boot: next) == .releaseSlot(release))
            run.apply(.slotReleased, at: Orders.start)
        }
        guard case .record(.ended) = run.nextStep(now: Orders.start, boot: next) else {
            Issue.record("not ended: \(run.nextStep(now: Orders.start, boot: next))")
            return
        }
    }

    @Test("that could not reboot in the lease of its slot asks for it again before the next reboot command")
    func secondCommand() {
        var run = wantingReboot()
        let events: [HostRunEvent] = [
            .slotGranted(fence: 7, until: Self.until), .observed(.inspected(condition)), .rebooting(boot),
            .observed(.stillRunning(detail: "nothing happened")),
        ]
        for event in events { run.apply(event, at: Orders.start) }
        #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.rebooting(boot)))
        #expect(run.nextStep(now: Self.until, boot: boot) == .askForSlot)
    }

    /// A run of an order that needs a slot, whose scan found the install done and a reboot wanted.
    private func wantingReboot() -> HostRun {
        var run = HostRun(Orders.install([patch], rebootSlot: "db"))
        var after = survey("2.0")
        after.rebootReasons = ["web asks for a reboot"]
        after.rebootPackages = ["web"]
        let events: [HostRunEvent] = [
            .accepted, .observed(.refreshed), .observed(.surveyed(survey("1.0"))), .installing([patch]),
            .observed(.transacted(complaint: nil)), .observed(.scanned(inventory: "d", after)),
        ]
        for event in events { run.apply(event, at: Orders.start) }
        return run
    }
}
