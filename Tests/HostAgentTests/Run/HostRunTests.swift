import AgentProtocol
import HostAgent
import Testing
import Time

@Suite("A host run")
struct HostRunTests {
    let boot = BootFacts(bootID: "one", kernel: "6.1")
    let patch = Orders.patch("web", "2.0")

    @Test("goes its way from acceptance to a proved install")
    func straight() {
        var run = HostRun(Orders.install([patch]))
        drive(
            &run,
            [
                (.record(.accepted), nil),
                (.perform(.refresh), .refreshed),
                (.perform(.survey()), .surveyed(survey("1.0"))),
                (.perform(.simulate([patch])), .simulated([upgrade])),
                (.perform(.download([patch])), .downloaded),
                (.record(.installing([patch])), nil),
                (.perform(.install([patch])), .transacted(complaint: nil)),
                (.perform(.scan), .scanned(inventory: "d", survey("2.0"))),
            ]
        )
        let result = PatchResult(patch: patch, state: .installed, versionBefore: "1.0", versionAfter: "2.0")
        let end = HostRunFact.installed(InstallResult(inventory: "d", patches: [result], reboot: nil))
        #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.ended(end)))
        run.apply(.ended(end), at: Orders.start)
        #expect(run.reports.map(\.fact) == [.accepted, .installing, end])
        #expect(run.nextStep(now: Orders.start, boot: boot) == .done)
    }

    @Test(
        "is refused when the package manager would do anything else",
        arguments: [
            (PlannedChange(.remove, name: "db", architecture: "all", from: "1", to: nil), "remove db"),
            (PlannedChange(.install, name: "new", architecture: "all", from: nil, to: "1"), "newly install new 1"),
            (PlannedChange(.install, name: "db", architecture: "all", from: "1", to: "2"), "change db from 1 to 2"),
            (PlannedChange(.install, name: "web", architecture: "all", from: "1", to: "3"), "change web from 1 to 3"),
        ]
    )
    func difference(change: PlannedChange, words: String) throws {
        var run = HostRun(Orders.install([patch]))
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed),
                (.perform(.survey()), .surveyed(survey("1.0"))),
                (.perform(.simulate([patch])), .simulated([upgrade, change])),
            ]
        )
        guard case .record(.ended(.refused(.notAsPlanned, let detail))) = run.nextStep(now: Orders.start, boot: boot)
        else {
            Issue.record("not refused: \(run.nextStep(now: Orders.start, boot: boot))")
            return
        }
        #expect(detail.contains(words))
    }

    @Test("whose archives came after the cutoff installs nothing and says why")
    func cutoff() {
        var run = HostRun(Orders.install([patch]))
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed),
                (.perform(.survey()), .surveyed(survey("1.0"))),
                (.perform(.simulate([patch])), .simulated([upgrade])),
                (.perform(.download([patch])), .downloaded),
            ]
        )
        let late = run.order.window.cutoff
        guard case .record(.stopped(let failure)) = run.nextStep(now: late, boot: boot) else {
            Issue.record("something new starts at the cutoff")
            return
        }
        #expect(failure.kind == .windowClosed)
        run.apply(.stopped(failure), at: late)
        guard case .record(.ended(.failed(.windowClosed, _, nil, let patches))) = run.nextStep(now: late, boot: boot)
        else {
            Issue.record("not ended as window-closed")
            return
        }
        #expect(patches.map(\.state) == [.failed])
    }

    @Test("killed in mid-install repairs, looks again and installs only the rest")
    func killed() {
        let other = Orders.patch("db", "2.0")
        var run = HostRun(Orders.install([patch, other]))
        let before = survey(["web": ("1.0", true), "db": ("1.0", true)])
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed), (.perform(.survey()), .surveyed(before)),
                (.perform(.simulate([patch, other])), .simulated([upgrade, upgrade("db")])),
                (.perform(.download([patch, other])), .downloaded),
                (.record(.installing([patch, other])), nil),
            ]
        )
        #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(.install([patch, other])))
        run.apply(.resumed, at: Orders.start)
        drive(
            &run,
            [
                (.perform(.survey(isPatient: true)), .surveyed(survey(["web": ("2.0", false), "db": ("1.0", true)]))),
                (.record(.repairing), nil),
                (.perform(.repair(deadline: nil)), .repaired),
                (.perform(.survey(isPatient: true)), .surveyed(survey(["web": ("2.0", true), "db": ("1.0", true)]))),
                (.perform(.simulate([other])), .simulated([upgrade("db")])),
                (.perform(.download([other])), .downloaded),
                (.record(.installing([other])), nil),
                (.perform(.install([other])), .transacted(complaint: nil)),
                (.perform(.scan), .scanned(inventory: "d", survey(["web": ("2.0", true), "db": ("2.0", true)]))),
            ]
        )
        guard case .record(.ended(.installed(let result))) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("not installed")
            return
        }
        #expect(result.patches.map(\.state) == [.installed, .installed])
    }

    @Test("in the same boot after the reboot command tries six times and then fails")
    func sameBoot() {
        var run = rebooting()
        for attempt in 1...HostRun.maximumReboots {
            #expect(run.nextStep(now: Orders.start, boot: boot) == .record(.rebooting(boot)), "attempt \(attempt)")
            run.apply(.rebooting(boot), at: Orders.start)
            #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(.reboot))
            // Killed before the command ran, or the command did nothing: the journal cannot tell.
            run.apply(attempt == 1 ? .resumed : .observed(.stillRunning(detail: "no")), at: Orders.start)
        }
        guard
            case .record(.ended(.failed(.rebootFailed, _, "d", let patches))) = run.nextStep(
                now: Orders.start,
                boot: boot
            )
        else {
            Issue.record("not failed")
            return
        }
        #expect(patches.map(\.state) == [.pendingReboot])
        #expect(run.reports.count { if case .rebooting = $0.fact { true } else { false } } == 1)
    }

    @Test("in another boot verifies and proves the reboot")
    func otherBoot() {
        var run = rebooting()
        let next = BootFacts(bootID: "two", kernel: "6.2")
        run.apply(.rebooting(boot), at: Orders.start)
        run.apply(.resumed, at: Orders.start)
        #expect(run.nextStep(now: Orders.start, boot: next) == .record(.verifying(next)))
        run.apply(.verifying(next), at: Orders.start)
        var after = survey("2.0")
        after.boot = next
        drive(
            &run,
            [
                (.perform(.settle(since: condition)), .settled(losses: [])),
                (.perform(.scan), .scanned(inventory: "e", after)),
            ]
        )
        guard case .record(.ended(.installed(let result))) = run.nextStep(now: Orders.start, boot: next) else {
            Issue.record("not installed")
            return
        }
        let proof = RebootResult(before: boot, after: next, outcome: .confirmed, reasons: ["web asks for a reboot"])
        #expect(result.reboot == proof)
        #expect(result.patches.map(\.state) == [.installed])
        #expect(result.inventory == "e")
    }

    @Test("that may not reboot leaves the reboot pending", arguments: [true, false])
    func pending(isLate: Bool) {
        let run = rebooting(policy: isLate ? .ifNeeded : .never)
        let now = isLate ? run.order.window.cutoff : Orders.start
        guard case .record(.ended(.installed(let result))) = run.nextStep(now: now, boot: boot) else {
            Issue.record("not installed")
            return
        }
        #expect(result.patches.map(\.state) == [.pendingReboot])
        #expect(result.reboot == nil)
    }

    @Test("leaves held packages alone, does the others and fails as a conflict")
    func held() {
        let other = Orders.patch("db", "2.0")
        var run = HostRun(Orders.install([patch, other]))
        var before = survey(["web": ("1.0", true), "db": ("1.0", true)])
        before.packages[0].isHeld = true
        var after = survey(["web": ("2.0", true), "db": ("1.0", true)])
        after.packages[0].isHeld = true
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed), (.perform(.survey()), .surveyed(before)),
                (.perform(.simulate([patch])), .simulated([upgrade])), (.perform(.download([patch])), .downloaded),
                (.record(.installing([patch])), nil), (.perform(.install([patch])), .transacted(complaint: nil)),
                (.perform(.scan), .scanned(inventory: "d", after)),
            ]
        )
        guard
            case .record(.ended(.failed(.conflict, let detail, "d", let patches))) = run.nextStep(
                now: Orders.start,
                boot: boot
            )
        else {
            Issue.record("not a conflict")
            return
        }
        #expect(detail == "db is 1.0, held on this host, ordered 2.0")
        #expect(patches.map(\.state) == [.installed, .failed])
    }

    @Test("ignores an exit code when the package database proves the install")
    func complaint() {
        var run = HostRun(Orders.install([patch]))
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed),
                (.perform(.survey()), .surveyed(survey("1.0"))),
                (.perform(.simulate([patch])), .simulated([upgrade])), (.perform(.download([patch])), .downloaded),
                (.record(.installing([patch])), nil),
                (
                    .perform(.install([patch])),
                    .transacted(complaint: StepFailure(.script, "an older package is broken"))
                ),
                (.perform(.scan), .scanned(inventory: "d", survey("2.0"))),
            ]
        )
        guard case .record(.ended(.installed)) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("the exit code decided")
            return
        }
    }

    @Test("that is ended again and again comes to an end itself")
    func circles() {
        var run = HostRun(Orders.install([patch]))
        for _ in 0...HostRun.maximumResumptions { run.apply(.resumed, at: Orders.start) }
        guard case .record(.ended(.failed(.interrupted, _, _, _))) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("goes on for ever")
            return
        }
    }
}
