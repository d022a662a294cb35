import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing

@Suite("Approvals", .serialized, .timeLimit(.minutes(10)))
struct ApprovalTests {
    /// A cycle of one host at the gate of `early`, which needs two approvals.
    private func atGate(_ body: @escaping (TestControlPlane, CycleView) async throws -> Void) async throws {
        try await withControlPlane(workflow: Workflow.oneByOne(approvals: 2)) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle("one-by-one")
            for _ in 1...2 { try await Fleet.carryOut(fleet.agents, of: controlPlane) }
            try await body(controlPlane, try await controlPlane.gate(of: "early", in: id))
        }
    }

    private func refusal(
        _ controlPlane: TestControlPlane,
        _ cycle: String,
        stage: String = "early",
        digest: String?,
        by: String = "ana"
    ) async throws -> Problem {
        let request = ApproveStage(stage: stage, planDigest: digest ?? "", reason: nil, by: by)
        return try await problem {
            try await controlPlane.services.cycles.approve(cycle, request, roles: Set(ApprovalRole.allCases), key: nil)
        }
    }

    @Test("Two people are needed where the gate says two, and one person counts once")
    func twoPeople() async throws {
        try await atGate { controlPlane, view in
            try await controlPlane.approve("early", of: view.id, by: "ana")
            let twice = try await refusal(controlPlane, view.id, digest: view.planDigest)
            #expect(twice.status == 409)
            #expect(twice.code == "already-approved")
            #expect(twice.detail.contains("another person must approve"))
            #expect(try await controlPlane.cycle(view.id).stage("early")?.gate?.waitsFor == ["1 approval"])

            try await controlPlane.approve("early", of: view.id, by: "bob")
            try await controlPlane.cycle(view.id, "completed") { $0.state == "completed" }
            let late = try await refusal(controlPlane, view.id, digest: view.planDigest, by: "eve")
            #expect(late.code == "cycle-over")
        }
    }

    @Test("The same idempotency key is one approval, and gets the same answer")
    func repeated() async throws {
        try await atGate { controlPlane, view in
            for _ in 1...3 { try await controlPlane.approve("early", of: view.id, by: "ana", key: "k1") }
            let gate = try #require(try await controlPlane.cycle(view.id).stage("early")?.gate)
            #expect(gate.approvals.map(\.by) == ["ana"])
        }
    }

    @Test("Only the open gate can be approved, and only for the plan that is frozen")
    func refusals() async throws {
        try await atGate { controlPlane, view in
            let digest = try #require(view.planDigest)
            let other = try await refusal(controlPlane, view.id, digest: String(repeating: "0", count: 64))
            #expect(other.code == "plan-digest-mismatch")
            #expect(other.detail.contains("the cycle's plan is \(digest)"))
            #expect(
                try await refusal(controlPlane, view.id, stage: "scan", digest: digest).code == "approval-not-needed"
            )
            #expect(try await refusal(controlPlane, view.id, stage: "beta", digest: digest).code == "stage-unknown")
            let unknown = try await refusal(controlPlane, "no-such-cycle", digest: digest)
            #expect(unknown.status == 404)
            #expect(unknown.code == "cycle-not-found")
            #expect(try await controlPlane.cycle(view.id).stage("early")?.gate?.approvals.isEmpty == true)
        }
    }

    @Test("A finished stage cannot be approved, nor one that has not begun")
    func otherStages() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let digest = try await controlPlane.cycle(id).planDigest
            let early = try await refusal(controlPlane, id, stage: "early", digest: digest)
            #expect(early.code == "gate-not-open")
            #expect(early.detail.contains("the cycle is at scan"))
            try await controlPlane.approve("scan", of: id)
            let scan = try await refusal(controlPlane, id, stage: "scan", digest: digest, by: "bob")
            #expect(scan.code == "gate-passed")
        }
    }

    @Test("What is not a person's name decides nothing")
    func names() async throws {
        let names = ["", "node/mi-1", "worker/open-lanes", "a b", "a\nb", "a\0b", String(repeating: "x", count: 101)]
        try await withControlPlane { controlPlane in
            for name in names {
                let approve = try await refusal(controlPlane, "any", digest: "any", by: name)
                #expect(approve.status == 400)
                #expect(approve.code == "invalid-name")
                #expect(try await problem { _ = try await controlPlane.startCycle(by: name) } == approve)
                #expect(try await problem { try await controlPlane.steer("any", .abort, by: name) } == approve)
            }
            #expect(try await controlPlane.questions.cycles().isEmpty)
        }
    }
}
