import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import Postgres
import ReadModels
import Testing

@Suite("Steering a cycle", .serialized, .timeLimit(.minutes(10)))
struct SteeringTests {
    /// A cycle of three hosts in one lane; the first has its install order, the others wait.
    private func midLane(
        _ body:
            @escaping (TestControlPlane, _ cycle: String, _ agents: [FakeAgent], _ order: Order) async throws -> Void
    ) async throws {
        try await withControlPlane(workflow: Workflow.oneByOne()) { controlPlane in
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 3
            )
            let id = try await controlPlane.startCycle("one-by-one")
            try await Fleet.carryOut(fleet.agents, of: controlPlane)
            // Hosts start in the order of their ids.
            let agents = fleet.agents.sorted { $0.node < $1.node }
            let order = try #require(try await agents[0].nextOrder(of: controlPlane))
            try await body(controlPlane, id, agents, order)
        }
    }

    @Test("A paused cycle starts nobody; who is in flight finishes; resumed it goes on")
    func pause() async throws {
        try await midLane { controlPlane, id, agents, order in
            try await controlPlane.steer(id, .pause, reason: "the storage is slow")
            let paused = try await controlPlane.cycle(id, "paused in its lane") { $0.lane?.state == "paused" }
            #expect(paused.state == "paused")
            #expect(paused.reason == "the storage is slow")
            try await agents[0].carryOut(order, of: controlPlane)
            let view = try await controlPlane.cycle(id, "without anybody in flight") { $0.lane?.counts.inFlight == 0 }
            #expect(view.lane?.counts.succeeded == 1)
            #expect(view.lane?.counts.queued == 2)
            #expect(try await agents[1].nextOrder(of: controlPlane, wait: .zero) == nil)

            try await controlPlane.steer(id, .resume)
            #expect(try await agents[1].nextOrder(of: controlPlane) != nil)
            #expect(try await agents[2].nextOrder(of: controlPlane, wait: .zero) == nil, "only one at a time")
            #expect(try await controlPlane.cycle(id).state == "running")
        }
    }

    @Test("An aborted cycle cancels who waits, lets who is in flight finish, and ends")
    func abort() async throws {
        try await midLane { controlPlane, id, agents, order in
            try await controlPlane.steer(id, .abort, reason: "wrong month")
            let aborting = try await controlPlane.cycle(id, "with a cancelled queue") { $0.lane?.counts.other == 2 }
            #expect(aborting.state == "aborting")
            #expect(aborting.reason == "wrong month")
            #expect(aborting.lane?.counts.inFlight == 1)
            try await agents[0].carryOut(order, of: controlPlane)
            let view = try await controlPlane.cycle(id, "aborted") { $0.state == "aborted" }
            #expect(view.lane?.hosts.map(\.state) == ["succeeded", "cancelled", "cancelled"])
            #expect(view.stages.map(\.state) == ["done", "aborted", "skipped"])
            for agent in agents { #expect(try await agent.nextOrder(of: controlPlane, wait: .zero) == nil) }
            let over = try await problem { try await controlPlane.steer(id, .pause) }
            #expect(over.status == 409)
            #expect(over.code == "cycle-over")
        }
    }

    @Test("A host that fails halts a cycle without tolerance; resumed by a person, the next host starts")
    func halt() async throws {
        try await midLane { controlPlane, id, agents, order in
            let failure = HostRunFact.failed(kind: .disk, detail: "no space left", inventory: nil, patches: [])
            try await agents[0].report(.accepted, failure, on: order, to: controlPlane)
            let view = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(view.reason?.hasPrefix("1 error in \(id)/early/Frankfurt/Debian12-early") == true)
            #expect(view.lane?.hosts.map(\.detail) == ["disk", nil, nil])
            #expect(try await agents[1].nextOrder(of: controlPlane, wait: .zero) == nil)
            let node = try await controlPlane.questions.node(agents[0].node)
            #expect(node.compliance == "UNKNOWN", "a failure without a scan proves nothing")
            #expect(node.unknownReason == "unscanned-run")
            #expect(node.lastScanAt != nil, "it was scanned before")

            try await controlPlane.steer(id, .resume)
            #expect(try await agents[1].nextOrder(of: controlPlane) != nil)
        }
    }

    @Test("To pause or abort needs a reason; to resume needs a hold")
    func reasons() async throws {
        try await midLane { controlPlane, id, _, _ in
            for verb in [CycleVerb.pause, .abort] {
                let missing = try await problem { try await controlPlane.steer(id, verb, reason: "") }
                #expect(missing.status == 400)
                #expect(missing.code == "reason-missing")
                #expect(missing.detail.contains("to \(verb.rawValue) a cycle needs a reason"))
            }
            let idle = try await problem { try await controlPlane.steer(id, .resume, reason: "") }
            #expect(idle.status == 409)
            #expect(idle.code == "cycle-not-held")
        }
    }

    @Test("A cycle that there is not is told as such, and leaves nothing behind")
    func unknown() async throws {
        try await withControlPlane { controlPlane in
            for verb in CycleVerb.allCases {
                let unknown = try await problem { try await controlPlane.steer("no-such-cycle", verb) }
                #expect(unknown.status == 404)
                #expect(unknown.code == "cycle-not-found")
            }
            let approval = ApproveStage(stage: "scan", planDigest: "p", reason: nil, by: "ana")
            let unknown = try await problem {
                try await controlPlane.services.cycles.approve(
                    "no-such-cycle",
                    approval,
                    roles: Set(ApprovalRole.allCases),
                    key: nil
                )
            }
            #expect(unknown.status == 404)
            let answers = SQL("test_answers", "SELECT count(*) FROM answer")
            #expect(try await controlPlane.client.query(answers()).one().get(0, as: Int.self) == 0)
        }
    }

    @Test("Why a person resumed or approved is kept and shown")
    func reasonsAreKept() async throws {
        try await midLane { controlPlane, id, agents, order in
            try await controlPlane.steer(id, .pause)
            try await controlPlane.steer(id, .resume, reason: "the storage is fast again")
            let view = try await controlPlane.cycle(id)
            #expect(view.lastResumption?.reason == "the storage is fast again")
            #expect(view.lastResumption?.by == "ana")
            try await agents[0].carryOut(order, of: controlPlane)
            try await Fleet.carryOut([agents[1]], of: controlPlane)
            try await Fleet.carryOut([agents[2]], of: controlPlane)
            let digest = try #require(try await controlPlane.gate(of: "early", in: id).planDigest)
            let approval = ApproveStage(stage: "early", planDigest: digest, reason: "all green", by: "bob")
            try await controlPlane.services.cycles.approve(id, approval, roles: Set(ApprovalRole.allCases), key: nil)
            let gate = try await controlPlane.cycle(id).stage("early")?.gate
            #expect(gate?.approvals.map(\.reason) == ["all green"])
        }
    }

    @Test("The same idempotency key is one decision")
    func repeated() async throws {
        try await midLane { controlPlane, id, _, _ in
            let cycles = controlPlane.services.cycles
            let pause = SteerCycle(reason: "wait", by: "ana")
            try await cycles.steer(id, .pause, pause, key: "k1")
            try await cycles.steer(id, .resume, SteerCycle(reason: "", by: "ana"), key: "k1")
            // Late and for the second time: it must not pause again.
            try await cycles.steer(id, .pause, pause, key: "k1")
            #expect(try await controlPlane.cycle(id).state == "running")
        }
    }
}

extension CycleView {
    fileprivate var lane: LaneView? { stage("early")?.lanes.first }
}
