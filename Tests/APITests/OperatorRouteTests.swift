import AgentProtocol
import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("The operators' routes", .serialized, .timeLimit(.minutes(10)))
struct OperatorRouteTests {
    @Test("A whole cycle is steered, shown and reported")
    func wholeCycle() async throws {
        try await TestAPI.with { api in
            let fleet = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"])
            let start = StartCycle(workflow: "debian12-rings", openNow: true, by: "ana")
            let started = try await api.post("/api/v1/cycles", start, key: "november")
            #expect(started.status == .created)
            let id = try started.decode(CycleStarted.self).id
            #expect(try await api.post("/api/v1/cycles", start, key: "november").decode(CycleStarted.self).id == id)

            try await fleet.scan(id, of: api.controlPlane)
            try await checkSteering(id, api)
            let digest = try #require(try await api.get("/api/v1/cycles/\(id)").decode(CycleView.self).planDigest)
            let approval = ApproveStage(stage: "scan", planDigest: digest, reason: "seen", by: "bob")
            let approved = try await api.post("/api/v1/cycles/\(id)/approvals", approval, key: "k")
            #expect(approved.status == .ok)
            #expect(try approved.decode(CycleView.self).stage("scan")?.gate?.approvals.map(\.by) == ["bob"])
            #expect(try await api.post("/api/v1/cycles/\(id)/approvals", approval, key: "k").status == .ok)
            let again = try await api.post("/api/v1/cycles/\(id)/approvals", approval, key: "other")
            #expect(again.status == .conflict)
            #expect(try again.problem().code == "gate-passed")

            for ring in Fleet.rings {
                try await Fleet.carryOut(fleet.ring(ring), of: api.controlPlane)
                try await api.controlPlane.approve(ring, of: id)
            }
            try await api.controlPlane.cycle(id, "completed") { $0.state == "completed" }
            try await checkAbort(api)
            try await checkReading(id, fleet, api)
        }
    }

    // MARK: - Steps

    private func checkSteering(_ id: String, _ api: TestAPI) async throws {
        let paused = try await api.post("/api/v1/cycles/\(id)/pause", SteerCycle(reason: "lunch", by: "ana"))
        #expect(paused.status == .ok)
        #expect(try paused.decode(CycleView.self).state == "paused")
        let resumed = try await api.post("/api/v1/cycles/\(id)/resume", SteerCycle(reason: "", by: "ana"))
        #expect(try resumed.decode(CycleView.self).state == "running")
        let unreasoned = try await api.post("/api/v1/cycles/\(id)/abort", SteerCycle(reason: "", by: "ana"))
        #expect(unreasoned.status == .badRequest)
        #expect(try unreasoned.problem().code == "reason-missing")
    }

    /// When the first cycle is over: the orders of two at a time would come to the agents in either order.
    private func checkAbort(_ api: TestAPI) async throws {
        let other = try await api.post(
            "/api/v1/cycles",
            StartCycle(workflow: "debian12-rings", openNow: true, by: "ana")
        )
        let otherID = try other.decode(CycleStarted.self).id
        let aborted = try await api.post("/api/v1/cycles/\(otherID)/abort", SteerCycle(reason: "twice", by: "ana"))
        #expect(aborted.status == .ok)
        #expect(["aborting", "aborted"].contains(try aborted.decode(CycleView.self).state))
    }

    private func checkReading(_ id: String, _ fleet: Fleet, _ api: TestAPI) async throws {
        let cycles = try await api.get("/api/v1/cycles").decode(Listing<CycleSummary>.self).items
        #expect(cycles.first { $0.id == id }?.state == "completed")
        let view = try await api.get("/api/v1/cycles/\(id)")
        #expect(view.headers[.contentType] == "application/json")
        #expect(view.text.contains("\"startedAt\":\"20"), "times are text, for people")
        let before = try await api.get("/api/v1/cycles/\(id)?at=2020-01-01T00:00:00Z")
        #expect(before.status == .notFound)
        let started = try view.decode(CycleView.self).startedAt
        let first = try await api.get("/api/v1/cycles/\(id)?at=\(started)").decode(CycleView.self)
        #expect(first.stage == "scan")
        #expect(first.planDigest == nil)

        let nodes = try await api.get("/api/v1/nodes").decode(Listing<NodeView>.self).items
        #expect(nodes.map(\.id).sorted() == fleet.agents.map(\.node).sorted())
        var node = try await api.get("/api/v1/nodes/\(nodes[0].id)").decode(NodeView.self)
        #expect(node.missing == [])
        node.missing = nil
        #expect(node == nodes[0])
        try await checkPages(nodes, api)
        try await checkPatches(nodes[0], api)
        #expect(view.text.contains("\"hosts\":[]"), "hosts are asked for")
        let full = try await api.get("/api/v1/cycles/\(id)?hosts=true").decode(CycleView.self)
        #expect(full.stage("early")?.lanes.flatMap(\.hosts).count == 1)
        let plan = try await api.get("/api/v1/cycles/\(id)/plan").decode(PlanView.self)
        #expect(plan.digest == full.planDigest)
        #expect(plan.patches.map(\.name) == ["acme-kernel", "acme-tls"])
        #expect(plan.patches.map(\.nodes) == [3, 3])
        #expect(plan.sets.map(\.nodes) == [nodes.map(\.id)])
        #expect(plan.figures == full.plan)

        let report = try await api.get("/api/v1/cycles/\(id)/report.csv")
        #expect(report.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(report.text.hasPrefix("managed_node_id,"))
        #expect(report.text.split(separator: "\r\n").count == 4)

        try await checkHostTable(nodes, api)

        let page = try await api.get("/api/v1/events?stream=cycle/\(id)&limit=1000").decode(EventPage.self)
        #expect(page.events.first?.type == "cycle.started.v1")
        #expect(page.events.last?.type == "cycle.completed.v1")
        let questions = api.controlPlane.questions
        #expect(try await page == questions.events(of: "cycle/\(id)", after: nil, limit: 1_000, wait: .zero))
        let rest = try await api.get("/api/v1/events?stream=cycle/\(id)&after=\(page.cursor)").decode(EventPage.self)
        #expect(rest.events.isEmpty)
        let newest = try await api.get("/api/v1/events?stream=cycle/\(id)&last=2").decode(EventPage.self)
        #expect(newest.events == page.events.suffix(2))
        #expect(newest.cursor == page.cursor)
        let everything = try await api.get("/api/v1/events?last=1000").decode(EventPage.self)
        #expect(everything.events.allSatisfy { !$0.stream.hasPrefix("engine/") })
        let engines = try await api.get("/api/v1/events?last=1000&all=true").decode(EventPage.self)
        #expect(engines.events.contains { $0.stream.hasPrefix("engine/") })
    }

    private func checkHostTable(_ nodes: [NodeView], _ api: TestAPI) async throws {
        let table = try await api.get("/api/v1/reports/hosts.csv?site=Frankfurt")
        #expect(table.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = table.text.split(separator: "\r\n")
        let columns = lines.first?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        #expect(columns.count == 24)
        let levels = ["Critical", "High", "Medium", "Low", "Informational", "Unspecified"]
        // ssm-semantics §8.1.
        #expect(
            columns.prefix(17).map(String.init) == [
                "Index", "Instance ID", "Instance name", "Instance IP", "Platform name", "Platform version",
                "SSM Agent version", "Patch baseline", "Patch group", "Compliance status", "Compliance severity",
            ] + levels.map { "Noncompliant \($0) severity patch count" }
        )
        #expect(lines.dropFirst().map { $0.split(separator: ",")[1] } == nodes.map { $0.id[...] })
        #expect(lines.dropFirst().allSatisfy { $0.contains(",COMPLIANT,UNSPECIFIED,0,0,0,0,0,0,Frankfurt,amd64,,20") })
        #expect(try await api.get("/api/v1/reports/hosts.csv").text == table.text)
        var (small, pages) = (try await api.controlPlane.questions.hostTable(ofSite: nil, rowsOfPage: 2), [UInt8]())
        while let page = try await small.next() { pages += page }
        #expect(String(decoding: pages, as: UTF8.self) == table.text)
        let nowhere = try await api.get("/api/v1/reports/hosts.csv?site=Atlantis")
        #expect(try nowhere.problem().code == "site-not-found")
    }

    private func checkPatches(_ node: NodeView, _ api: TestAPI) async throws {
        let patches = try await api.get("/api/v1/nodes/\(node.id)/patches").decode(NodePatchesView.self)
        #expect(patches.node == node.id)
        #expect(patches.compliance == "COMPLIANT" && patches.operation == "Install")
        #expect(patches.counts["InstalledOther"] == patches.patches.count)
        #expect(try await api.get("/api/v1/nodes/mi-0/patches").problem().code == "node-not-found")
        let why = try await api.get("/api/v1/nodes/\(node.id)/why").decode(ExplanationsView.self)
        #expect(why.patches.map(\.name) == ["acme-docs", "acme-legacy"])
        let one = try await api.get("/api/v1/nodes/\(node.id)/why?patch=acme-t%2A").decode(ExplanationsView.self)
        #expect(one.patches.map(\.cause) == ["installed"])
        let none = try await api.get("/api/v1/nodes/\(node.id)/why?patch=nothing")
        #expect(none.status == .notFound)
        #expect(try none.problem().code == "patch-not-found")
    }

    private func checkPages(_ nodes: [NodeView], _ api: TestAPI) async throws {
        for (agent, count) in [("ringmaster", nodes.count), ("ringmaster%201", nodes.count), ("amazon-ssm-agent", 0)] {
            let found = try await api.get("/api/v1/nodes?agent=\(agent)").decode(Listing<NodeView>.self)
            #expect(found.items.count == count, "\(agent)")
        }
        let first = try await api.get("/api/v1/nodes?limit=2").decode(Listing<NodeView>.self)
        #expect(first.items == Array(nodes.prefix(2)))
        let next = try #require(first.next)
        let rest = try await api.get("/api/v1/nodes?limit=2&after=\(next)").decode(Listing<NodeView>.self)
        #expect(rest.items == Array(nodes.dropFirst(2)))
        #expect(rest.next == nil)
        let cycles = try await api.get("/api/v1/cycles").decode(Listing<CycleSummary>.self).items
        let latest = try await api.get("/api/v1/cycles?limit=1").decode(Listing<CycleSummary>.self)
        #expect(latest.items == [cycles[0]])
        let older = try await api.get("/api/v1/cycles?limit=5&after=\(cycles[0].id)").decode(Listing<CycleSummary>.self)
        #expect(older.items == Array(cycles.dropFirst()))
    }

    @Test("A node is revoked for a reason; its requests count no more")
    func revoke() async throws {
        try await TestAPI.with { api in
            let fleet = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let node = fleet.agents[0].node
            let target = "/api/v1/nodes/\(node)/revoke"
            let unreasoned = try await api.post(target, RevokeNode(reason: "", by: "ana"))
            #expect(try unreasoned.problem().code == "reason-missing")
            let unknown = try await api.post("/api/v1/nodes/mi-0/revoke", RevokeNode(reason: "r", by: "ana"))
            #expect(try unknown.problem().code == "node-not-found")
            for _ in 1...2 {
                let revoked = try await api.post(target, RevokeNode(reason: "stolen", by: "ana"))
                #expect(revoked.status == .ok)
                #expect(try revoked.decode(NodeView.self).isRevoked)
            }
            #expect(try await api.send(as: fleet.agents[0], .get, "/agent/v1/orders?wait=0").status == .unauthorized)
        }
    }

    @Test("An activation is made, and shows its code")
    func activation() async throws {
        try await TestAPI.with { api in
            let request = CreateActivation(
                site: "Frankfurt",
                patchGroup: "Debian12-early",
                uses: 2,
                expiresInSeconds: 60,
                by: "ana"
            )
            let response = try await api.post("/api/v1/activations", request)
            #expect(response.status == .created)
            let activation = try response.decode(ActivationView.self)
            #expect(activation.code.count == 32)
            #expect(activation.uses == 2)
        }
    }
}
