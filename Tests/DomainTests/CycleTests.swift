import Domain
import Testing
import Time

@Suite("A cycle")
struct CycleTests {
    @Test("It goes from stage to stage, each behind its gate, to its report")
    func whole() throws {
        var run = try CycleRun(role: nil)
        #expect(run.state.state == .running)
        try run.send(.lanesOpened(stage: "scan", lanes: [.sample("s1"), .sample("s2")]))
        try run.send(.laneEnded(.sample("s1")))
        #expect(run.state.step == .runningLanes)
        #expect(try run.send(.laneEnded(.sample("s2"))) == [.task(.freezePlan)])
        try run.send(.planFrozen(samplePlan))
        #expect(run.state.step == .gate)
        let opening = try run.send(.approve(stage: "scan", planDigest: "p1", roles: [], reason: nil))
        #expect(opening == [.task(.openLanes(stage: "early"))])
        try run.pass("early", lanes: [.sample("e1")], at: 1_000)
        #expect(run.state.wakeAt == nil)
        try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil), at: 1_010)
        #expect(run.state.wakeAt == seconds(1_100))
        #expect(try run.send(.wake, at: 1_099) == [])
        #expect(try run.send(.wake, at: 1_100) == [.task(.openLanes(stage: "main"))])
        try run.pass("main", lanes: [.sample("m1")], at: 2_000)
        try run.send(.approve(stage: "main", planDigest: "p1", roles: [], reason: nil), at: 2_001)
        #expect(run.state.missingApprovals == 1)
        let last = try run.send(.approve(stage: "main", planDigest: "p1", roles: [], reason: nil), at: 2_002, by: "bob")
        #expect(last == [.task(.writeReport)])
        try run.send(.reportWritten(digest: "r1"), at: 2_003)
        #expect(run.state.state == .completed)
        #expect(run.state.reportDigest == "r1")
        try run.stream.checkFold("")
    }

    @Test("An approval counts for the open gate and the frozen plan, of one person once, and of no machine")
    func approvals() throws {
        var run = try CycleRun(role: "approver")
        try run.pass("scan", lanes: [.sample("s1")])
        func refusal(_ stage: String, _ digest: String, roles: [String] = [], by actor: String = "ada") -> String? {
            do throws(CycleRefusal) {
                _ = try run.state.decide(
                    .approve(stage: stage, planDigest: digest, roles: roles, reason: nil),
                    now: seconds(0),
                    actor: actor
                )
                return nil
            } catch {
                return error.code
            }
        }
        #expect(refusal("scan", "p1") == "gate-not-open")
        try run.send(.planFrozen(samplePlan))
        #expect(refusal("scan", "p2") == "plan-digest-mismatch")
        #expect(refusal("early", "p1") == "gate-not-open")
        #expect(refusal("report", "p1") == "approval-not-needed")
        #expect(refusal("nightly", "p1") == "stage-unknown")
        #expect(refusal("scan", "p1", by: "worker/1") == "person-needed")
        try run.send(.approve(stage: "scan", planDigest: "p1", roles: [], reason: nil))
        #expect(refusal("scan", "p1") == "gate-passed")
        try run.pass("early", lanes: [.sample("e1")])
        try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil))
        try run.send(.wake, at: 100)
        try run.pass("main", lanes: [.sample("m1")])
        #expect(refusal("main", "p1") == "role-missing")
        try run.send(.approve(stage: "main", planDigest: "p1", roles: ["approver"], reason: nil))
        #expect(refusal("main", "p1", roles: ["approver"]) == "already-approved")
        try run.send(.abort(reason: "enough"))
        #expect(refusal("main", "p1", roles: ["approver"], by: "bob") == "cycle-over")
    }

    @Test("More failed hosts than the gate allows halt the cycle until a person waives it")
    func threshold() throws {
        var run = try CycleRun(role: nil)
        try run.passScan()
        try run.pass("early", lanes: [.sample("e1", succeeded: 8, failed: 2)])
        #expect(run.state.state == .halted)
        #expect(run.state.hold?.reason == "2 of 10 hosts failed in early, more than its gate allows")
        #expect(throws: CycleRefusal.halted(reason: "2 of 10 hosts failed in early, more than its gate allows")) {
            try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil))
        }
        try run.send(.resume(reason: nil), at: 10)
        #expect(run.state.currentStage?.gate?.waiver?.by == "ada")
        try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil), at: 11)
        #expect(run.state.wakeAt == seconds(100))
    }

    @Test("A lane that halts pauses its siblings until a person resumes")
    func laneHalts() throws {
        var run = try CycleRun(role: nil)
        try run.passScan()
        try run.send(.lanesOpened(stage: "early", lanes: [.sample("e1"), .sample("e2"), .sample("e3")]))
        try run.send(.laneEnded(.sample("e3")))
        let pauses = try run.send(.laneHalted(rollout: "e1", errors: 3))
        #expect(pauses == ["e1", "e2"].map { .tell(rollout: $0, .pause(revision: 3)) })
        #expect(run.state.state == .halted)
        #expect(throws: CycleRefusal.needsPerson(actor: "worker/1", kind: "resume")) {
            try run.send(.resume(reason: nil), by: "worker/1")
        }
        let resumes = try run.send(.resume(reason: nil))
        #expect(resumes == ["e1", "e2"].map { .tell(rollout: $0, .resume(revision: 4, by: "ada")) })
        #expect(throws: CycleRefusal.notHeld) { try run.send(.resume(reason: nil)) }
    }

    @Test("While it is paused no stage opens; soak goes on")
    func pauses() throws {
        var run = try CycleRun(role: nil)
        try run.passScan()
        try run.send(.pause(reason: "audit"))
        #expect(run.state.state == .paused)
        let told = try run.send(.lanesOpened(stage: "early", lanes: [.sample("e1")]))
        #expect(told == [], "its lanes were opened paused")
        try run.send(.laneEnded(.sample("e1")), at: 50)
        try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil), at: 60)
        #expect(try run.send(.wake, at: 200) == [])
        #expect(run.state.wakeAt == nil)
        #expect(try run.send(.resume(reason: nil), at: 201) == [.task(.openLanes(stage: "main"))])
    }

    @Test("Abort waits for its lanes, also for those that are only being opened")
    func aborts() throws {
        var run = try CycleRun(role: nil)
        try run.send(.abort(reason: "wrong month"))
        #expect(run.state.state == .aborting)
        #expect(throws: CycleRefusal.aborting) { try run.send(.pause(reason: "x")) }
        let told = try run.send(.lanesOpened(stage: "scan", lanes: [.sample("s1")]))
        #expect(told == [.tell(rollout: "s1", .abort(reason: "wrong month", by: "ada", revision: 2))])
        try run.send(.laneEnded(.sample("s1")))
        #expect(run.state.state == .aborted)
        #expect(run.state.plan == nil)
        #expect(throws: CycleRefusal.over(state: .aborted, kind: "abort")) { try run.send(.abort(reason: "again")) }
    }

    @Test("A lane that ends before its worker has named it is not forgotten")
    func earlyEnd() throws {
        var run = try CycleRun(role: nil)
        try run.send(.laneEnded(.sample("s1")))
        try run.send(.laneEnded(.sample("s1")))
        #expect(try run.send(.lanesOpened(stage: "scan", lanes: [.sample("s1")])) == [.task(.freezePlan)])
    }

    @Test("A task that was given up halts the cycle; resume tries it again, and abort ends it")
    func tasks() throws {
        var run = try CycleRun(role: nil)
        try run.send(.taskFailed(.openLanes(stage: "scan"), error: "no such zone"))
        #expect(run.state.state == .halted)
        #expect(run.state.hold?.reason == "open-lanes failed: no such zone")
        #expect(try run.send(.resume(reason: nil)) == [.task(.openLanes(stage: "scan"))])
        try run.send(.taskFailed(.freezePlan, error: "stale"))
        #expect(run.state.state == .running)
        try run.send(.taskFailed(.openLanes(stage: "scan"), error: "no such zone"))
        try run.send(.abort(reason: "enough"))
        #expect(run.state.state == .aborted)
    }

    @Test("Without a single scanned node there is nothing to go on with")
    func nothingScanned() throws {
        var run = try CycleRun(role: nil)
        try run.pass("scan", lanes: [])
        try run.send(.planFrozen(PlanSummary(digest: "p0", patchCount: 0, nodeCount: 0, unscannedCount: 4)))
        #expect(run.state.state == .failed)
        #expect(run.state.failure == "there is nothing to plan from: 4 nodes are without a scan, 0 without a baseline")
    }

    @Test("It starts once, and never a workflow whose stages cannot be")
    func starts() throws {
        var run = try CycleRun(role: nil)
        #expect(throws: CycleRefusal.alreadyStarted(workflow: "small")) { try run.send(.start(.sample())) }
        var empty = Stream<Cycle>()
        #expect(throws: CycleRefusal.notStarted(kind: "pause")) { try empty.send(.pause(reason: ""), at: seconds(0)) }
        var start = CycleStart.sample()
        start.definition.stages.removeLast()
        let refusal = CycleRefusal.unfitWorkflow(name: "small", flaw: "its last stage is not the report")
        #expect(throws: refusal) { try empty.send(.start(start), at: seconds(0)) }
    }
}
