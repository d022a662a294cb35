import AgentProtocol
import HostAgent
import Testing

/// One broken package costs itself, and what needs it.
@Suite("A host run with broken packages")
struct HostRunPartsTests {
    @Test(
        "installs what is not broken and names what is, whoever is broken and whenever it is killed",
        arguments: 0..<200 as Range<UInt64>
    )
    func bisection(seed: UInt64) throws {
        var host = PartedHost(seed: seed)
        let ended = drive(host.order(reboot: .never), on: &host)
        let run = try #require(ended, "seed \(seed): no end")
        let results: [PatchResult]
        switch run.outcome {
        case .installed(let result): results = result.patches
        case .failed(_, _, _, let patches): results = patches
        default:
            Issue.record("seed \(seed): \(String(describing: run.outcome))")
            return
        }
        for result in results where host.patches.contains(result.patch) {
            let isSound = host.isSound(result.patch.name)
            #expect((result.state == .installed) == isSound, "seed \(seed): \(result)")
            #expect((result.failure == nil) == isSound, "seed \(seed): \(result)")
            guard !isSound else { continue }
            let culprits = host.closure(result.patch.name).filter(host.broken.contains)
            #expect(
                culprits.contains { result.output?.contains("\($0) is broken") == true },
                "seed \(seed): \(result) and not \(culprits)"
            )
        }
        let failing = host.patches.count { !host.isSound($0.name) }
        let depth = Int.bitWidth - (host.patches.count - 1).leadingZeroBitCount
        #expect(
            host.transactions <= min(HostRun.maximumTransactions, 1 + failing * (2 * depth + 1)) + 2,
            "seed \(seed): \(host.transactions) transactions for \(failing) of \(host.patches.count)"
        )
    }

    @Test(
        "begins the reboot for what is installed, though new packages of broken patches did not come",
        arguments: 0..<100 as Range<UInt64>
    )
    func reboots(seed: UInt64) throws {
        var host = PartedHost(seed: seed, manners: .allOrNothing)
        host.asksForReboot = true
        let ended = drive(host.order(reboot: .ifNeeded), on: &host)
        let run = try #require(ended, "seed \(seed): no end")
        let isWanted = host.patches.contains { host.isSound($0.name) }
        #expect((run.outcome == nil) == isWanted, "seed \(seed): \(String(describing: run.outcome))")
    }

    @Test("stops at the cutoff between two parts, and says of the rest that its time was over")
    func cutoff() throws {
        let patches = ["a", "b", "c", "d"].map { Orders.patch($0, "2.0") }
        var run = HostRun(Orders.install(patches))
        let before = HostSurvey(
            packages: patches.map {
                PackageState(name: $0.name, architecture: "all", version: "1.0", isConfigured: true, isHeld: false)
            },
            isConsistent: true,
            rebootReasons: [],
            rebootPackages: [],
            boot: boot
        )
        let changes = patches.map {
            PlannedChange(.install, name: $0.name, architecture: "all", from: "1.0", to: "2.0")
        }
        let events: [HostRunEvent] = [
            .accepted, .observed(.refreshed), .observed(.surveyed(before)), .observed(.simulated(changes)),
            .observed(.downloaded), .installing(patches),
            .observed(.transacted(complaint: StepFailure(.conflict, "one of them"))), .observed(.surveyed(before)),
            .observed(.simulated(Array(changes.prefix(2)))),
        ]
        for event in events { run.apply(event, at: Orders.start) }
        #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.installing(Array(patches.prefix(2)))))
        let late = run.order.window.cutoff
        guard case .record(.stopped(let reason)) = run.nextStep(now: late, boot: boot) else {
            Issue.record("a part begins at the cutoff")
            return
        }
        run.apply(.stopped(reason), at: late)
        #expect(run.nextStep(now: late, boot: boot) == .perform(.scan))
        run.apply(.observed(.scanned(inventory: "d", before)), at: late)
        guard case .record(.ended(.failed(.conflict, _, "d", let results))) = run.nextStep(now: late, boot: boot) else {
            Issue.record("not failed as it began")
            return
        }
        #expect(results.map(\.failure) == Array(repeating: .windowClosed, count: 4))
    }

    @Test("does not reboot a host whose ordered package stands half configured")
    func halfConfigured() {
        let patches = ["kernel", "web"].map { Orders.patch($0, "2.0") }
        var run = HostRun(Orders.install(patches))
        let script = StepFailure(.script, "no initial file system")
        for event: HostRunEvent in [
            .accepted, .observed(.refreshed), .observed(.surveyed(survey("1.0", "1.0"))),
            .observed(.simulated(changes(["kernel", "web"]))), .observed(.downloaded), .installing(patches),
            .observed(.transacted(complaint: script)), .observed(.surveyed(survey("2.0", "2.0", isKernelDone: false))),
            .repairing, .observed(.failed(script)), .observed(.surveyed(survey("2.0", "2.0", isKernelDone: false))),
            .observed(.simulated([])), .installing([patches[0]]), .observed(.transacted(complaint: script)),
            .observed(.surveyed(survey("2.0", "2.0", isKernelDone: false))),
            .repairing, .observed(.failed(script)), .observed(.surveyed(survey("2.0", "2.0", isKernelDone: false))),
        ] { run.apply(event, at: Orders.start) }
        #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(.scan))
        var after = survey("2.0", "2.0", isKernelDone: false)
        after.rebootReasons = ["web asks for a reboot"]
        run.apply(.observed(.scanned(inventory: "d", after)), at: Orders.start)
        guard case .record(.ended(.failed(.script, _, "d", let results))) = run.nextStep(now: Orders.start, boot: boot)
        else {
            Issue.record("\(run.nextStep(now: Orders.start, boot: boot))")
            return
        }
        #expect(results.map(\.state) == [.failed, .pendingReboot])
        #expect(results.map(\.failure) == [.script, nil])
    }

    @Test("reboots for what a transaction brought that was cut off, though the rest of it fails")
    func cutOff() {
        let patches = ["kernel", "web"].map { Orders.patch($0, "2.0") }
        var run = HostRun(Orders.install(patches))
        var cut = survey("2.0", "1.0")
        cut.rebootReasons = ["kernel asks for a reboot"]
        for event: HostRunEvent in [
            .accepted, .observed(.refreshed), .observed(.surveyed(survey("1.0", "1.0"))),
            .observed(.simulated(changes(["kernel", "web"]))), .observed(.downloaded), .installing(patches),
            .resumed, .observed(.surveyed(cut)), .observed(.simulated(changes(["web"]))), .observed(.downloaded),
            .installing([patches[1]]), .observed(.transacted(complaint: StepFailure(.script, "no"))),
            .observed(.surveyed(cut)), .observed(.scanned(inventory: "d", cut)),
        ] { run.apply(event, at: Orders.start) }
        #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(.inspect))
    }

    // MARK: - Given

    private let boot = BootFacts(bootID: "one", kernel: "6.1")

    private func changes(_ names: [String]) -> [PlannedChange] {
        names.map { PlannedChange(.install, name: $0, architecture: "all", from: "1.0", to: "2.0") }
    }

    private func survey(_ kernel: String, _ web: String, isKernelDone: Bool = true) -> HostSurvey {
        HostSurvey(
            packages: [("kernel", kernel, isKernelDone), ("web", web, true)].map { name, version, isDone in
                PackageState(name: name, architecture: "all", version: version, isConfigured: isDone, isHeld: false)
            },
            isConsistent: isKernelDone,
            rebootReasons: [],
            rebootPackages: [],
            boot: boot
        )
    }

    /// The run at its reboot or its end; nil when it comes to neither.
    private func drive(_ order: Order, on host: inout PartedHost) -> HostRun? {
        var run = HostRun(order)
        for _ in 0..<2_000 {
            switch run.nextStep(now: Orders.start, boot: boot) {
            case .record(.rebooting): return run
            case .record(let event):
                run.apply(event, at: Orders.start)
                if host.isKilled() { run.apply(.resumed, at: Orders.start) }
            case .perform(let effect):
                let outcome = host.perform(effect)
                run.apply(outcome.map { .observed($0) } ?? .resumed, at: Orders.start)
            case .wait, .askForSlot, .releaseSlot: return nil
            case .done: return run
            }
            if run.outcome != nil { return run }
        }
        return nil
    }
}
