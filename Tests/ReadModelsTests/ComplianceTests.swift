import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import ReadModels
import Testing
import Time

@Suite("Compliance of nodes", .serialized, .timeLimit(.minutes(10)))
struct ComplianceTests {
    /// Two hosts in a cycle whose scans are ordered; `change` makes one of them special before it is scanned.
    private func scanned(
        _ change: @escaping @Sendable (inout FakeHost) -> Void,
        _ body: @escaping (TestControlPlane, FakeAgent) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            await fleet.agents[0].change(change)
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await body(controlPlane, fleet.agents[0])
        }
    }

    @Test("A host that lacks nothing approved is compliant, until its proof is too old")
    func expires() async throws {
        try await scanned {
            $0.packages = [FakeHost.Package("acme-web", "2.4")]
        } _: { controlPlane, agent in
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "COMPLIANT")
            let proved = try #require(node.lastScanAt)
            controlPlane.clock.skip(proved + .seconds(47 * 3_600) - controlPlane.clock.now)
            #expect(try await controlPlane.questions.node(agent.node).compliance == "COMPLIANT")
            controlPlane.clock.skip(.seconds(2 * 3_600))
            try await poll(agent, controlPlane, times: 2)
            let stale = try await controlPlane.questions.node(agent.node)
            #expect(stale.compliance == "UNKNOWN")
            #expect(stale.unknownReason == "stale-scan")
            #expect(stale.lastScanAt == proved, "it still tells when it was proved")
        }
    }

    /// Polls that an agent signs by its clock; what one notes is written with the next that comes later.
    private func poll(
        _ agent: FakeAgent,
        _ controlPlane: TestControlPlane,
        clockOff skew: Duration = .zero,
        times: Int
    ) async throws {
        for _ in 0..<times {
            let request = try agent.request("GET", "/agent/v1/orders?wait=0", at: controlPlane.clock.now + skew)
            do {
                _ = try await controlPlane.services.agents.nextOrder(asking: request, wait: .zero)
            } catch let problem as Problem {
                #expect(problem.code == "clock-skew")
            }
            controlPlane.clock.skip(.seconds(11))
        }
    }

    @Test("When nothing proves anything, it is told whether its agent is silent or its clock is wrong")
    func unheard() async throws {
        try await scanned {
            $0.packages = [FakeHost.Package("acme-web", "2.4")]
        } _: { controlPlane, agent in
            func node() async throws -> NodeView { try await controlPlane.questions.node(agent.node) }
            let heard = try #require(try await node().lastHeardAt)
            controlPlane.clock.skip(.seconds(30 * 60))
            try await poll(agent, controlPlane, times: 2)
            #expect(try await node().lastHeardAt == heard, "it is written once an hour")
            controlPlane.clock.skip(.seconds(25 * 3_600))
            #expect(try await node().compliance == "COMPLIANT", "the scan still proves it")
            controlPlane.clock.skip(.seconds(25 * 3_600))
            #expect(try await node().unknownReason == "agent-silent")

            try await poll(agent, controlPlane, clockOff: .seconds(-400), times: 2)
            #expect(try await node().unknownReason == "clock")
            #expect(try await node().clockOffSeconds == -400)
            try await poll(agent, controlPlane, times: 2)
            let back = try await node()
            #expect(back.unknownReason == "stale-scan")
            #expect(back.clockOffSeconds == nil)
            #expect(try #require(back.lastHeardAt) > heard + .seconds(50 * 3_600))
        }
    }

    @Test("A host that lacks an approved patch is not compliant; what its owner holds back is missing too")
    func missing() async throws {
        try await scanned {
            $0.packages[3].isHeld = true
        } _: { controlPlane, agent in
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "NON_COMPLIANT")
            #expect(node.missing?.map(\.name) == ["acme-kernel", "acme-tls"])
        }
    }

    @Test("A host that waits for a reboot is not compliant")
    func pendingReboot() async throws {
        try await scanned {
            $0.packages = []
            $0.rebootReasons = ["linux-image asks for a reboot"]
        } _: { controlPlane, agent in
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "NON_COMPLIANT")
            #expect(node.rebootReasons == ["linux-image asks for a reboot"])
        }
    }

    @Test("A scan that rests on no index proves nothing")
    func noIndexes() async throws {
        try await scanned {
            $0.hasIndexes = false
        } _: { controlPlane, agent in
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "UNKNOWN")
            #expect(node.unknownReason == "no-indexes")
            #expect(node.lastScanAt != nil)
        }
    }

    @Test("A scan that rests on an old index of a security archive proves nothing")
    func staleIndex() async throws {
        try await scanned {
            $0.indexDate = Timestamp(microseconds: 0)
        } _: { controlPlane, agent in
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "UNKNOWN")
            #expect(node.unknownReason == "stale-index")
        }
    }

    @Test("A host that no baseline is for is unknown, as is one that was never scanned")
    func noBaseline() async throws {
        try await withControlPlane { controlPlane in
            var agents: [FakeAgent] = []
            for group in ["Solaris-early", "Debian12-early"] {
                let activation = try await controlPlane.activation(patchGroup: group)
                agents.append(
                    try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: group))
                )
            }
            _ = try await controlPlane.startCycle()
            try await Fleet.carryOut([agents[0]], of: controlPlane)
            try await controlPlane.settle()
            let stranger = try await controlPlane.questions.node(agents[0].node)
            #expect(stranger.compliance == "UNKNOWN")
            #expect(stranger.unknownReason == "no-baseline")
            #expect(stranger.lastScanAt != nil)
            #expect(stranger.baseline == nil)
            let unscanned = try await controlPlane.questions.node(agents[1].node)
            #expect(unscanned.compliance == "UNKNOWN")
            #expect(unscanned.unknownReason == "never-scanned")
            #expect(unscanned.lastScanAt == nil)
        }
    }

    @Test("An install that never ended leaves a host of which nobody knows anything")
    func timedOut() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await controlPlane.approve("scan", of: id)
            let order = try #require(try await agent.nextOrder(of: controlPlane))
            try await agent.report(.accepted, .installing, on: order, to: controlPlane)
            try await controlPlane.settle()
            let scanned = try await controlPlane.questions.node(agent.node)
            #expect(scanned.compliance == "NON_COMPLIANT")
            controlPlane.clock.skip(.seconds(3_601))
            try await controlPlane.cycle(id, "with a host that timed out") { $0.counts.failed == 1 }
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "UNKNOWN")
            #expect(node.unknownReason == "unscanned-run")
            #expect(node.lastScanAt == scanned.lastScanAt)
        }
    }

    @Test("Nodes without a baseline are left out of the plan and counted apart; so are those without a scan")
    func leftOut() async throws {
        try await withControlPlane { controlPlane in
            var agents: [FakeAgent] = []
            for group in ["Solaris-early", "Debian12-early", "Debian12-main"] {
                let activation = try await controlPlane.activation(patchGroup: group)
                agents.append(
                    try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: group))
                )
            }
            let id = try await controlPlane.startCycle()
            try await Fleet.carryOut(Array(agents.prefix(2)), of: controlPlane)
            let order = try #require(try await agents[2].nextOrder(of: controlPlane))
            let failure = HostRunFact.failed(kind: .network, detail: "no mirror", inventory: nil, patches: [])
            try await agents[2].report(.accepted, failure, on: order, to: controlPlane)
            let view = try await controlPlane.gate(of: "scan", in: id)
            #expect(view.plan == PlanFigures(patches: 2, nodes: 1, unscanned: 1, withoutBaseline: 1))
            let plan = try await controlPlane.questions.plan(ofCycle: id)
            #expect(plan.sets.map(\.nodes) == [[agents[1].node]])
        }
    }

    @Test("A node that there is not, and a report that is not written, are told as such")
    func absent() async throws {
        try await withControlPlane { controlPlane in
            let node = await #expect(throws: Problem.self) { try await controlPlane.questions.node("mi-0") }
            #expect(node?.status == 404)
            #expect(node?.code == "node-not-found")
            let cycle = await #expect(throws: Problem.self) { try await controlPlane.questions.report(cycle: "none") }
            #expect(cycle?.code == "cycle-not-found")
            _ = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            let report = await #expect(throws: Problem.self) { try await controlPlane.questions.report(cycle: id) }
            #expect(report?.status == 409)
            #expect(report?.code == "no-report")
            #expect(report?.detail.contains("it is running; its report stage writes one") == true)
        }
    }
}
