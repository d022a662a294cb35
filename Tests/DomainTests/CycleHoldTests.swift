import Domain
import Testing
import Time

@Suite("What holds a cycle")
struct CycleHoldTests {
    private func running(_ lanes: String...) throws -> CycleRun {
        var run = try CycleRun(role: nil)
        try run.passScan()
        try run.send(.lanesOpened(stage: "early", lanes: lanes.map { .sample($0) }))
        return run
    }

    @Test("Lanes begin when the cycle that opened them is not held")
    func begins() throws {
        var run = try CycleRun(role: nil)
        let told = try run.send(.lanesOpened(stage: "scan", lanes: [.sample("s1")]))
        #expect(told == [.tell(rollout: "s1", .resume(revision: 1, by: "ada"))])
    }

    @Test("A lane's end alone says that it had halted; heard of before, it is said once")
    func haltOfAnEndedLane() throws {
        var run = try running("e1", "e2")
        try run.send(.laneEnded(.sample("e1", succeeded: 8, failed: 2, haltErrors: 2)))
        #expect(run.state.state == .halted)
        #expect(run.state.hold?.reason == "2 errors in e1 are more than its threshold allows")
        #expect(try run.send(.laneHalted(rollout: "e1", errors: 2)) == [], "it comes late")

        run = try running("e1")
        try run.send(.laneHalted(rollout: "e1", errors: 1))
        #expect(run.state.hold?.reason == "1 error in e1 is more than its threshold allows")
        try run.send(.resume(reason: "known"))
        // It ended before it heard of that.
        try run.send(.laneEnded(.sample("e1", succeeded: 10, failed: 1, haltErrors: 1)))
        #expect(run.state.hold == nil)
        run = try running("e1")
        try run.send(.laneHalted(rollout: "e1", errors: 1))
        try run.send(.resume(reason: nil))
        try run.send(.laneEnded(.sample("e1", succeeded: 9, failed: 1, haltErrors: 3)))
        #expect(run.state.state == .halted, "it halted again since")
    }

    @Test(
        "A gate does not pass on no evidence: a stage in which nobody succeeded, or nobody was, waits for a person",
        arguments: [[LaneOutcome.sample("e1", succeeded: 0)], []]
    )
    func noEvidence(lanes: [LaneOutcome]) throws {
        var run = try CycleRun(role: nil)
        try run.passScan()
        try run.pass("early", lanes: lanes)
        #expect(run.state.state == .halted)
        #expect(run.state.hold?.reason == "none of 0 hosts succeeded in early: its gate has nothing to go by")
        try run.send(.resume(reason: "nobody is in early this month"), at: 10)
        let waiver = CycleResumption(by: "ada", reason: "nobody is in early this month", at: seconds(10))
        #expect(run.state.currentStage?.gate?.waiver == waiver)
        #expect(run.state.lastResumption == waiver)
        try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: "fine"), at: 11)
        #expect(run.state.currentStage?.gate?.approvals.map(\.reason) == ["fine"])
        #expect(try run.send(.wake, at: 200) == [.task(.openLanes(stage: "main"))])
    }
}
