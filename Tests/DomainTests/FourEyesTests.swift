import Domain
import Testing
import Time

@Suite("A gate that asks for others than who requested")
struct FourEyesTests {
    /// Started by ada, by a policy that bob applied.
    private static func run(asksForOthers: Bool?) throws -> CycleRun {
        var start = CycleStart.sample()
        start.definition.stages[0].gate?.approval?.otherThanRequester = asksForOthers
        start.policyAppliedBy = "bob"
        var run = CycleRun()
        try run.send(.start(start), by: "ada")
        try run.pass("scan", lanes: [.sample("s1")])
        try run.send(.planFrozen(samplePlan))
        return run
    }

    private static let approval = CycleMessage.approve(stage: "scan", planDigest: "p1", roles: [], reason: nil)

    @Test("Who started the cycle or applied its policy may not approve; anybody else may")
    func others() throws {
        var run = try Self.run(asksForOthers: true)
        for (person, request) in [
            ("ada", "started the cycle"), ("Ada", "started the cycle"), ("bob", "applied its policy"),
            ("BOB", "applied its policy"),
        ] {
            #expect(throws: CycleRefusal.ownRequest(actor: person, stage: "scan", request: request)) {
                try run.send(Self.approval, by: person)
            }
        }
        #expect(run.state.missingApprovals == 1)
        try run.send(Self.approval, by: "eve")
        #expect(run.state.currentStage?.name == "early")
    }

    @Test("Nobody counts twice by writing the name in another way")
    func spelling() throws {
        var start = CycleStart.sample()
        start.definition.stages[0].gate?.approval?.by = 2
        var run = CycleRun()
        try run.send(.start(start), by: "ada")
        try run.pass("scan", lanes: [.sample("s1")])
        try run.send(.planFrozen(samplePlan))
        try run.send(Self.approval, by: "jos\u{e9}")
        for same in ["jose\u{301}", "JOS\u{c9}"] {
            #expect(throws: CycleRefusal.alreadyApproved(actor: same, stage: "scan")) {
                try run.send(Self.approval, by: same)
            }
        }
        #expect(run.state.missingApprovals == 1)
    }

    @Test("Where the gate does not ask for it, they may", arguments: [nil, false])
    func same(asksForOthers: Bool?) throws {
        for person in ["ada", "bob"] {
            var run = try Self.run(asksForOthers: asksForOthers)
            try run.send(Self.approval, by: person)
            #expect(run.state.currentStage?.name == "early")
        }
    }
}
