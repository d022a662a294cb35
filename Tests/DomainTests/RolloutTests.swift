import Domain
import Testing
import Time

@Suite("A rollout")
struct RolloutTests {
    func opened(_ spec: RolloutSpec, at now: Timestamp = seconds(1_000)) throws -> Stream<Rollout> {
        var stream = Stream<Rollout>()
        try stream.send(.resume(revision: 1, by: "ada"), at: now)
        try stream.send(.open(spec), at: now)
        return stream
    }

    @Test("Before its window opens it orders nothing and wakes at the opening")
    func waits() throws {
        var stream = try opened(.sample(targets: 3), at: seconds(10))
        #expect(stream.state.counts[.queued] == 3)
        #expect(stream.state.wakeAt == seconds(1_000))
        let (events, effects) = try stream.send(.wake, at: seconds(1_000))
        #expect(events == [.hostsOrdered(first: 0, count: 3, expires: seconds(1_600), at: seconds(1_000))])
        #expect(effects == (0..<3).map { .order(index: $0, attempt: 1, expires: seconds(1_600)) })
    }

    @Test("Opened inside its window it starts at once, as many as max concurrency allows")
    func concurrency() throws {
        var stream = try opened(.sample(targets: 25, concurrency: .percent(10)))
        #expect(stream.state.counts.inFlight == 3)
        let (events, effects) = try stream.send(.report(1, 1, .brokenDown), at: seconds(1_001))
        #expect(events.count == 2)
        #expect(
            effects == [.retractOrder(index: 1, attempt: 1), .order(index: 3, attempt: 1, expires: seconds(1_601))]
        )
    }

    @Test("A large lane is ordered in batches by wake-ups that are due at once")
    func batches() throws {
        var stream = try opened(.sample(targets: 1_200))
        #expect(stream.state.counts[.ordered] == Rollout.batchSize)
        #expect(stream.state.wakeAt == seconds(1_000))
        try stream.send(.wake, at: seconds(1_000))
        try stream.send(.wake, at: seconds(1_000))
        #expect(stream.state.counts[.ordered] == 1_200)
        #expect(stream.state.wakeAt == seconds(1_600 + Rollout.graceSeconds))
    }

    @Test("A host goes its way step by step and succeeds once")
    func succeeds() throws {
        var stream = try opened(.sample(targets: 1))
        let boot = BootIdentity(bootID: "b", kernel: "6.1")
        let facts: [(HostFact, HostRunState)] = [
            (.accepted, .accepted), (.installing, .installing), (.rebooting(boot), .rebooting),
            (.verifying(boot), .verifying),
        ]
        for (index, (fact, state)) in facts.enumerated() {
            try stream.send(.report(0, index + 1, fact), at: seconds(1_001 + index))
            #expect(stream.state.hostStates == [state])
        }
        let (_, effects) = try stream.send(.report(0, 5, .installedWell), at: seconds(1_010))
        var counts = HostRunCounts()
        counts[.succeeded] = 1
        let outcome = LaneOutcome(rollout: "c/early/London/Debian12-early", counts: counts, failures: [])
        #expect(effects == [.retractOrder(index: 0, attempt: 1), .tell(cycle: "c", .laneEnded(outcome))])
        #expect(stream.state.wakeAt == nil)
        #expect(try stream.send(.report(0, 6, .brokenDown), at: seconds(1_011)).events == [])
        try stream.checkFold("")
    }

    @Test("Repeated and stale reports change nothing")
    func stale() throws {
        var stream = try opened(.sample(targets: 1))
        try stream.send(.report(0, 2, .installing), at: seconds(1_001))
        #expect(try stream.send(.report(0, 2, .installing), at: seconds(1_002)).events == [])
        #expect(try stream.send(.report(0, 1, .accepted), at: seconds(1_002)).events == [])
    }

    @Test("An install that left a patch out, or a reboot that did not take, is a failure")
    func judged() throws {
        let patch = Patch(name: "openssl", architecture: "amd64", version: "3.0.17-1")
        let boot = BootIdentity(bootID: "b", kernel: "6.1")
        let left = PatchOutcome(patch: patch, state: .failed, before: "3.0.15-1", after: "3.0.15-1")
        let reboot = RebootProof(before: boot, after: boot, isConfirmed: false, reasons: [])
        var stream = try opened(.sample(targets: 2))
        try stream.send(.report(0, 1, .installed(inventory: "i", patches: [left], reboot: nil)), at: seconds(1_001))
        try stream.send(.report(1, 1, .installed(inventory: "i", patches: [], reboot: reboot)), at: seconds(1_001))
        #expect(stream.state.hostStates == [.failed, .failed])
        #expect(stream.state.failures.map(\.cause) == ["unknown", "reboot-failed"])
        #expect(stream.state.failures.map(\.patches) == [[PatchFailure(patch: patch, cause: nil)], nil])
    }

    @Test("It halts when errors exceed the maximum; a person's resume forgives them")
    func halts() throws {
        var stream = try opened(.sample(targets: 10, concurrency: .count(2), errors: .count(1)))
        try stream.send(.report(0, 1, .brokenDown), at: seconds(1_001))
        #expect(stream.state.phase == .running)
        let (_, effects) = try stream.send(.report(1, 1, .brokenDown), at: seconds(1_002))
        #expect(stream.state.phase == .halted)
        #expect(effects.contains(.tell(cycle: "c", .laneHalted(rollout: "c/early/London/Debian12-early", errors: 2))))
        try stream.send(.report(2, 1, .installedWell), at: seconds(1_003))
        #expect(stream.state.counts.inFlight == 0)
        #expect(stream.state.wakeAt == seconds(10_000))
        #expect(stream.state.haltErrors == 2)
        try stream.send(.resume(revision: 2, by: "ada"), at: seconds(1_010))
        #expect(stream.state.haltErrors == nil)
        #expect(stream.state.counts.inFlight == 2)
        try stream.send(.report(3, 1, .brokenDown), at: seconds(1_011))
        #expect(stream.state.phase == .running)
        try stream.send(.report(4, 1, .brokenDown), at: seconds(1_012))
        #expect(stream.state.phase == .halted)
    }

    @Test("Hosts never heard of are unknown, hosts that never end have timed out and count as errors")
    func deadlines() throws {
        var stream = try opened(.sample(targets: 2, errors: .count(0)))
        try stream.send(.report(1, 1, .accepted), at: seconds(1_100))
        #expect(stream.state.wakeAt == seconds(1_660))
        try stream.send(.wake, at: seconds(1_660))
        #expect(stream.state.hostStates == [.unknown, .accepted])
        #expect(stream.state.phase == .running)
        #expect(stream.state.wakeAt == seconds(4_100))
        let (events, _) = try stream.send(.wake, at: seconds(4_100))
        #expect(stream.state.hostStates == [.unknown, .timedOut])
        #expect(
            events == [
                .hostsExpired([1], as: .timedOut, at: seconds(4_100)), .halted(errors: 1, at: seconds(4_100)),
                .ended(at: seconds(4_100)),
            ]
        )
    }

    @Test("At the cutoff what is queued has missed the window; orders expire no later")
    func cutoff() throws {
        var stream = try opened(.sample(targets: 2, concurrency: .count(1)), at: seconds(9_900))
        let (events, _) = try stream.send(.wake, at: seconds(10_000))
        #expect(events == [.queueEnded(as: .missedWindow, at: seconds(10_000))])
        #expect(stream.state.wakeAt == seconds(10_000 + Rollout.graceSeconds))
        try stream.send(.report(0, 1, .refused(.pastCutoff, detail: "")), at: seconds(10_001))
        #expect(stream.state.phase == .ended)
        #expect(stream.state.errors == 0)
        #expect(stream.state.counts[.refused] == 1)
    }

    @Test("Abort cancels what is queued, takes back what was ordered, and waits for its hosts")
    func aborts() throws {
        var stream = try opened(.sample(targets: 3, concurrency: .count(1)))
        let abort = RolloutMessage.abort(reason: "bad patch", by: "ada", revision: 2)
        let (_, effects) = try stream.send(abort, at: seconds(1_001))
        #expect(effects == [.withdrawOrder(index: 0, attempt: 1)])
        #expect(stream.state.hostStates == [.ordered, .cancelled, .cancelled])
        #expect(stream.state.phase == .aborted)
        try stream.send(.report(0, 1, .installedWell), at: seconds(1_002))
        #expect(stream.state.phase == .ended)
    }

    @Test("A pause or an abort that arrives before the opening holds; an older wish is ignored")
    func early() throws {
        var paused = Stream<Rollout>()
        try paused.send(.pause(revision: 2), at: seconds(900))
        try paused.send(.resume(revision: 1, by: "ada"), at: seconds(901))
        try paused.send(.open(.sample(targets: 2)), at: seconds(1_000))
        #expect(paused.state.counts[.queued] == 2)
        try paused.send(.resume(revision: 3, by: "ada"), at: seconds(1_001))
        #expect(paused.state.counts[.ordered] == 2)
        try paused.checkFold("paused early")

        var aborted = Stream<Rollout>()
        try aborted.send(.abort(reason: "no", by: "ada", revision: 1), at: seconds(900))
        try aborted.send(.open(.sample(targets: 2)), at: seconds(1_000))
        #expect(aborted.state.counts[.cancelled] == 2)
        #expect(aborted.state.phase == .ended)
        try aborted.checkFold("aborted early")
    }

    @Test("It starts nobody before its cycle lets it begin, and misses its window when that never happens")
    func opensPaused() throws {
        var stream = Stream<Rollout>()
        try stream.send(.open(.sample(targets: 2)), at: seconds(1_000))
        #expect(stream.state.phase == .paused)
        #expect(stream.state.wakeAt == seconds(10_000))
        var late = stream
        try late.send(.wake, at: seconds(10_000))
        #expect(late.state.counts[.missedWindow] == 2)
        #expect(late.state.phase == .ended)
        try stream.send(.resume(revision: 1, by: "ada"), at: seconds(1_001))
        #expect(stream.state.counts[.ordered] == 2)
    }

    @Test("Aborted and never opened, it tells its cycle, which waits for it")
    func abortedUnopened() throws {
        var stream = Stream<Rollout>()
        let (_, effects) = try stream.send(.abort(reason: "no", by: "ada", revision: 1), at: seconds(900))
        #expect(effects == [.tellUnopened])
        #expect(try stream.send(.abort(reason: "no", by: "ada", revision: 2), at: seconds(901)).effects == [])
    }

    @Test("Its end says by itself that it had halted, however the two messages are read")
    func endsHalted() throws {
        var stream = try opened(.sample(targets: 1, errors: .count(0)))
        let (_, effects) = try stream.send(.report(0, 1, .brokenDown), at: seconds(1_001))
        let outcomes = effects.compactMap { effect -> LaneOutcome? in
            guard case .tell(_, .laneEnded(let outcome)) = effect else { return nil }
            return outcome
        }
        #expect(outcomes.map(\.haltErrors) == [1])
    }

    @Test("An order that a host found to be wrong has failed; one that came at a bad time was refused")
    func refusedOrders() throws {
        var stream = try opened(.sample(targets: 2))
        try stream.send(.report(0, 1, .refused(.badSignature, detail: "")), at: seconds(1_001))
        try stream.send(.report(1, 1, .refused(.pastCutoff, detail: "")), at: seconds(1_001))
        #expect(stream.state.hostStates == [.failed, .refused])
        #expect(stream.state.errors == 1)
        #expect(stream.state.counts.failed == 1)
        #expect(stream.state.failures.map(\.cause) == ["bad-signature", "past-cutoff"])
    }

    @Test("A lane without hosts ends when it is opened, and a second opening changes nothing")
    func empty() throws {
        var stream = try opened(.sample(targets: 0), at: seconds(10))
        #expect(stream.state.phase == .ended)
        #expect(try stream.send(.open(.sample(targets: 5)), at: seconds(11)).events == [])
    }

    @Test("A report that does not belong is refused by name")
    func refusals() throws {
        var stream = try opened(.sample(targets: 2, concurrency: .count(1)))
        let name = "c/early/London/Debian12-early"
        #expect(try stream.send(.report(1, 1, .accepted), at: seconds(1_001)).events == [], "it may be given later")
        #expect(throws: RolloutRefusal.unknownOrder(rollout: name, index: 7, attempt: 1)) {
            try stream.send(.report(7, 1, .accepted), at: seconds(1_001))
        }
        let report = HostReport(index: 0, attempt: 1, sequence: 1, happenedAt: seconds(0), fact: .accepted)
        #expect(throws: RolloutRefusal.orderOfAnotherNode(rollout: name, index: 0, node: "mi-9")) {
            try stream.send(.report(report, node: "mi-9"), at: seconds(1_001))
        }
        #expect(throws: RolloutRefusal.unfittingFact(rollout: name, node: "mi-0", fact: "scanned")) {
            try stream.send(.report(0, 1, .scanned(inventory: "i")), at: seconds(1_001))
        }
        var unopened = Stream<Rollout>()
        #expect(throws: RolloutRefusal.notOpen(kind: "report")) {
            try unopened.send(.report(0, 1, .accepted), at: seconds(1_001))
        }
    }

    @Test("The orders of two openings of a lane are told apart")
    func openings() throws {
        var spec = RolloutSpec.sample(targets: 1)
        spec.openedSecond = 1_764_000_000
        var stream = try opened(spec)
        #expect(OrderID(rollout: spec.rollout, index: 0, attempt: spec.attempt).description.hasSuffix("#0#t68n40"))
        #expect(throws: RolloutRefusal.unknownOrder(rollout: spec.rollout, index: 0, attempt: 1)) {
            try stream.send(.report(0, 1, .accepted), at: seconds(1_010))
        }
    }

    @Test("A specification that cannot be carried out is refused")
    func flaws() {
        var twice = RolloutSpec.sample(targets: 2)
        twice.targets = ["mi-0", "mi-0"]
        var unassigned = RolloutSpec.sample(targets: 2)
        unassigned.targets.append("mi-9")
        var closed = RolloutSpec.sample(targets: 2)
        closed.window.cutoff = closed.window.opens
        for (spec, code) in [
            (twice, "rollout-spec-unfitting"), (unassigned, "rollout-spec-unfitting"), (closed, "rollout-window-empty"),
        ] {
            var stream = Stream<Rollout>()
            let refusal = #expect(throws: RolloutRefusal.self) { try stream.send(.open(spec), at: seconds(1)) }
            #expect(refusal?.code == code)
        }
    }

    @Test("An order's id names rollout, target and attempt, and is read back")
    func orderID() {
        let id = OrderID(rollout: "c/early/London/Debian12-early", index: 17, attempt: 1)
        #expect(id.description == "c/early/London/Debian12-early#17#1")
        #expect(OrderID(id.description) == id)
        #expect(OrderID("a#b#1#2")?.rollout == "a#b")
        for wrong in ["", "a", "a#1", "#1#1", "a#1#0", "a#-1#1", "a#01#1", "a#1#1 "] {
            #expect(OrderID(wrong) == nil, "\(wrong)")
        }
    }
}
