import Commands
import ReadModels
import Testing

struct OpenGateTests {
    @Test("The open gate is found, and its plan")
    func found() throws {
        let gate = try OpenGate(in: Sample.atGate)
        #expect(gate.stage.name == "early")
        #expect(gate.planDigest == Sample.plan)
        #expect(try OpenGate(in: Sample.atGate, stage: "early") == gate)
    }

    @Test(
        "A gate that is not open, or not there, is refused with what to look at instead",
        arguments: [
            ("main", "the gate after main of cycle c-7f3a is not open; the one after early is"),
            ("mian", "cycle c-7f3a has no stage mian; its stages are scan, early, main, late, report"),
        ]
    )
    func refused(stage: String, message: String) {
        #expect(throws: CommandFailure(message, exitCode: .refused)) { try OpenGate(in: Sample.atGate, stage: stage) }
    }

    @Test("A cycle without an open gate says in which state it is")
    func noGate() {
        let cycle = Sample.cycle("completed", stage: nil, [Sample.stage("scan", "done")])
        let message = "no gate of cycle c-7f3a is open; the cycle is completed"
        #expect(throws: CommandFailure(message, exitCode: .refused)) { try OpenGate(in: cycle) }
    }
}
