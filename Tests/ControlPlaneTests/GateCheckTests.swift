import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing

@Suite("A gate with a check", .serialized, .timeLimit(.minutes(10)))
struct GateCheckTests {
    private static let workflow = Workflow.oneByOne().replacing(
        "gate: { failed-at-most: 0, approve: { by: 1 } }",
        with: "gate: { checks: [{ name: errors, failures: 1, \(query) }] }"
    )

    private static let query = #"prometheus: { url: "http://prometheus", query: errors, is: "< 0.05" }"#

    /// A cycle that comes to the gate behind early, whose check finds the same whenever it is asked.
    private func atGate(
        _ finding: CheckFinding,
        _ body: (TestControlPlane, _ cycle: String) async throws -> Void
    ) async throws {
        try await TestDeployment.with(workflow: Self.workflow) { deployment in
            try await deployment.serve(probe: { _ in finding }) { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                let id = try await controlPlane.startCycle("one-by-one")
                // The scan, then the install.
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                try await body(controlPlane, id)
            }
        }
    }

    @Test("It passes on what its worker finds, and shows it")
    func passes() async throws {
        try await atGate(CheckFinding(passed: true, found: "0.01")) { controlPlane, id in
            let view = try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
            let check = try #require(view.stage("early")?.gate?.checks?.first)
            #expect((check.name, check.state, check.found, check.limit) == ("errors", "passing", "0.01", "< 0.05"))
            #expect(view.stage("scan")?.gate == nil)
        }
    }

    @Test("A failing check halts the cycle and says why; a person who resumes it waives it, with a reason")
    func halts() async throws {
        try await atGate(CheckFinding(passed: false, found: "0.08")) { controlPlane, id in
            let halted = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(halted.reason == "check errors failed after early: found 0.08, must be < 0.05")
            let gate = try #require(halted.stage("early")?.gate)
            #expect(gate.waitsFor == ["check errors: found 0.08, must be < 0.05", "resume or abort"])
            #expect(gate.checks?.map(\.state) == ["failing"])
            try await controlPlane.steer(id, .resume, reason: "a known fault of the metric")
            let view = try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
            let check = try #require(view.stage("early")?.gate?.checks?.first)
            #expect(check.state == "waived" && check.waiver?.reason == "a known fault of the metric")
        }
    }
}
