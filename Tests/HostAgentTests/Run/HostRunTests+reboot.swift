import AgentProtocol
import HostAgent
import Testing
import Time

/// What a host run does about its reboot besides the reboot.
extension HostRunTests {
    @Test("waits after its reboot for what the host offered, and says what is missing")
    func degraded() throws {
        let result = try #require(proof(losses: ["nothing listens on 0.0.0.0:80"]))
        #expect(result.outcome == .degraded)
        #expect(result.missing == ["nothing listens on 0.0.0.0:80"])
    }

    @Test(
        "in another boot with an old kernel says so, and whether it is to blame",
        arguments: [
            ("web", "all", false), ("linux-image-6.2", "all", true), ("kernel6.12", "all", true),
            ("kernel-tools", "all", false),
        ]
    )
    func oldKernel(name: String, architecture: String, isOrdered: Bool) throws {
        let result = try #require(proof(of: name, pendingKernel: "6.2"))
        #expect(result.outcome == .oldKernel)
        #expect(result.missing == ["kernel 6.2 does not run, 6.1 does"])
        #expect(result.isKernelOrdered == isOrdered)
    }

    @Test("that fails has no proof in its report, but its node hears how the reboot went")
    func bootReports() throws {
        var state = AgentState()
        state.apply(JournalRecord(at: Orders.start, .taken(Orders.install([patch]))))
        var after = survey("2.0")
        after.rebootReasons = ["web asks for a reboot"]
        let events: [HostRunEvent] = [
            .accepted, .observed(.refreshed), .observed(.surveyed(survey("1.0"))), .observed(.simulated([upgrade])),
            .observed(.downloaded), .installing([patch]), .observed(.transacted(complaint: nil)),
            .observed(.scanned(inventory: "d", after)), .observed(.inspected(condition)), .rebooting(boot),
            .observed(.stillRunning(detail: "no")), .rebooting(boot), .observed(.stillRunning(detail: "no")),
            .ended(.failed(kind: .rebootFailed, detail: "no", inventory: "d", patches: [])),
        ]
        for event in events { state.apply(JournalRecord(at: Orders.start, .run(event))) }
        #expect(state.bootReports.map(\.outcome) == [.announced, .sameBoot])
        let announced = try #require(state.bootReports.first)
        #expect(announced.condition == condition && announced.after == nil && announced.expectedKernel == "6.1")
        #expect(announced.reasons == ["web asks for a reboot"])
        #expect(state.bootReports.last?.after == boot)
        #expect(!state.isSettled || state.bootReports.isEmpty)
    }

    @Test("that fails before its host was looked at confirms no reboot")
    func unjudged() {
        var state = AgentState()
        state.apply(JournalRecord(at: Orders.start, .taken(Orders.install([patch]))))
        let events: [HostRunEvent] = [
            .accepted, .observed(.refreshed), .observed(.surveyed(survey("1.0"))), .installing([patch]),
            .observed(.transacted(complaint: nil)), .observed(.scanned(inventory: "d", survey("2.0"))),
            .observed(.inspected(condition)), .rebooting(boot), .resumed,
            .verifying(BootFacts(bootID: "two", kernel: "6.1")),
            .ended(.failed(kind: .interrupted, detail: "no", inventory: "d", patches: [])),
        ]
        for event in events { state.apply(JournalRecord(at: Orders.start, .run(event))) }
        #expect(state.bootReports.map(\.outcome) == [.announced])
    }

    // MARK: - Given

    /// The proof of an install of one package that was rebooted for.
    private func proof(of name: String = "web", losses: [String] = [], pendingKernel: String? = nil) -> RebootResult? {
        let patch = Orders.patch(name, "2.0")
        var run = HostRun(Orders.install([patch]))
        let next = BootFacts(bootID: "two", kernel: "6.1")
        var wanting = survey([name: ("2.0", true)])
        wanting.rebootReasons = ["\(name) asks for a reboot"]
        var after = survey([name: ("2.0", true)])
        (after.boot, after.pendingKernel) = (next, pendingKernel)
        let events: [HostRunEvent] = [
            .accepted, .observed(.refreshed), .observed(.surveyed(survey([name: ("1.0", true)]))),
            .installing([patch]), .observed(.transacted(complaint: nil)),
            .observed(.scanned(inventory: "d", wanting)), .observed(.inspected(condition)), .rebooting(boot), .resumed,
            .verifying(next), .observed(.settled(losses: losses)), .observed(.scanned(inventory: "e", after)),
        ]
        for event in events { run.apply(event, at: Orders.start) }
        guard case .record(.ended(.installed(let result))) = run.nextStep(now: Orders.start, boot: next) else {
            return nil
        }
        return result.reboot
    }
}
