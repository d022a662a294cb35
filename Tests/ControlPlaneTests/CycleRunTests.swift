import AgentProtocol
import ControlPlaneTestSupport
import DurableStreams
import ReadModels
import Testing
import Time

@Suite("A whole cycle", .timeLimit(.minutes(10)))
struct CycleRunTests {
    private static let patches = [
        PatchReference(name: "acme-kernel", architecture: "amd64", version: "6.1.2"),
        PatchReference(name: "acme-tls", architecture: "amd64", version: "3.0.2"),
    ]

    /// What the kernel's new version needs.
    private static let newcomers = [
        PatchReference(name: "acme-kernel-image-2", architecture: "amd64", version: "6.1.2")
    ]

    @Test("Nine hosts in three sites are scanned, patched ring by ring behind gates, and reported")
    func wholeCycle() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane)
            let beforeStart = controlPlane.clock.now
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let atScanGate = try await controlPlane.cycle(id)
            let scanned = controlPlane.clock.now
            try checkScan(atScanGate)
            try await checkNodesAfterScan(controlPlane)

            try await controlPlane.approve("scan", of: id)
            try await patch(["early"], fleet, id, controlPlane)
            try await controlPlane.approve("early", of: id, by: "bob")
            try await patch(["main", "late"], fleet, id, controlPlane)

            let end = try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
            try checkEnd(end, plan: try #require(atScanGate.planDigest))
            try await checkOrders(fleet, plan: try #require(atScanGate.planDigest))
            try await checkReport(id, fleet, controlPlane)
            try await checkLog(controlPlane)

            #expect(try await controlPlane.cycle(id, at: scanned) == atScanGate)
            await #expect(throws: Problem.self) { try await controlPlane.cycle(id, at: beforeStart) }
        }
    }

    // MARK: - Steps

    /// Patches the rings; the last gates are approved, the first is left to the caller.
    private func patch(_ rings: [String], _ fleet: Fleet, _ id: String, _ controlPlane: TestControlPlane) async throws {
        for ring in rings {
            try await Fleet.carryOut(fleet.ring(ring), of: controlPlane)
            let view = try await controlPlane.gate(of: ring, in: id)
            #expect(view.stage(ring)?.counts.succeeded == 3)
            if ring != "early" { try await controlPlane.approve(ring, of: id) }
        }
    }

    private func checkScan(_ view: CycleView) throws {
        #expect(view.state == "running")
        #expect(view.workflow == "debian12-rings")
        #expect(view.stage == "scan")
        #expect(view.startedBy == "ana")
        #expect(view.definitionDigest.count == 64)
        #expect(view.planDigest?.count == 64)
        #expect(view.stages.map(\.name) == ["scan", "early", "main", "late", "report"])
        #expect(view.stages.map(\.kind) == ["scan", "install", "install", "install", "report"])
        #expect(view.stages.map(\.state) == ["gate", "pending", "pending", "pending", "pending"])
        let scan = try #require(view.stage("scan"))
        #expect(scan.lanes.count == 9)
        #expect(Set(scan.lanes.map(\.site)) == Set(Fleet.sites))
        #expect(scan.lanes.allSatisfy { $0.state == "ended" && $0.hosts.map(\.state) == ["succeeded"] })
        #expect(Set(scan.lanes.flatMap(\.hosts).map(\.name)).contains("Frankfurt-early"))
        #expect(scan.counts == CountsView(targets: 9, queued: 0, inFlight: 0, succeeded: 9, failed: 0, other: 0))
        let gate = try #require(scan.gate)
        #expect(gate.state == "open")
        #expect(gate.planDigest == view.planDigest)
        #expect(gate.approvalsNeeded == 1)
        #expect(gate.waitsFor == ["1 approval"])
    }

    private func checkNodesAfterScan(_ controlPlane: TestControlPlane) async throws {
        let nodes = try await controlPlane.questions.nodes()
        #expect(nodes.count == 9)
        for node in nodes {
            #expect(node.compliance == "NON_COMPLIANT")
            #expect(node.baseline == "plat-debian12-baseline")
            #expect(node.missingCount == 2)
            #expect(node.missing == nil, "listed, nodes do not name what they lack")
            let missing = try #require(try await controlPlane.questions.node(node.id).missing)
            #expect(missing.map(\.name) == ["acme-kernel", "acme-tls"])
            #expect(missing.map(\.level) == ["HIGH", "CRITICAL"])
            #expect(missing.map(\.installedVersion) == ["6.1.1", "3.0.1"])
            #expect(node.criticalMissing == 1)
            #expect(node.updates == 4)
            #expect(node.securityUpdates == 3)
        }
    }

    private func checkEnd(_ view: CycleView, plan: String) throws {
        #expect(view.stage == nil)
        #expect(view.planDigest == plan)
        #expect(view.endedAt != nil)
        #expect(view.stages.map(\.state) == ["done", "done", "done", "done", "done"])
        #expect(view.counts == CountsView(targets: 18, queued: 0, inFlight: 0, succeeded: 18, failed: 0, other: 0))
        #expect(view.stages.compactMap { $0.gate?.state } == ["passed", "passed", "passed", "passed"])
        let approvals = view.stages.compactMap(\.gate).flatMap(\.approvals)
        #expect(approvals.map(\.by) == ["ana", "bob", "ana", "ana"])
        #expect(approvals.allSatisfy { $0.planDigest == plan })
        // Rings wait for each other.
        for (earlier, later) in zip(view.stages, view.stages.dropFirst()) {
            #expect(try #require(earlier.endedAt) <= #require(later.startedAt))
        }
    }

    private func checkOrders(_ fleet: Fleet, plan: String) async throws {
        for agent in fleet.agents {
            let orders = await agent.orders
            #expect(
                orders.map(\.work) == [
                    .scan,
                    .install(planDigest: plan, patches: Self.patches, newcomers: Self.newcomers, reboot: .ifNeeded),
                ]
            )
            for order in orders {
                #expect(order.version == 1)
                #expect(order.issued < order.expires)
                #expect(order.expires <= order.window.cutoff)
                #expect(order.window.cutoff < order.window.closes)
            }
            let host = await agent.host
            #expect(host.boot == 2)
            #expect(host.packages.map(\.version) == ["1.0", "6.1.2", "0.9", "3.0.2", "2.4"])
        }
    }

    private func checkReport(_ id: String, _ fleet: Fleet, _ controlPlane: TestControlPlane) async throws {
        let lines = try await controlPlane.questions.report(cycle: id).split(separator: "\r\n").map(String.init)
        #expect(
            lines.first == "managed_node_id,name,patch_group,baseline,compliance_state,unknown_reason,"
                + "critical_missing_patches,missing_patches,timestamp"
        )
        var expected: [String] = []
        for agent in fleet.agents {
            let node = try await controlPlane.questions.node(agent.node)
            #expect(node.compliance == "COMPLIANT")
            let time = try #require(node.lastScanAt)
            expected.append("\(node.id),\(node.name),\(node.patchGroup),plat-debian12-baseline,COMPLIANT,,0,0,\(time)")
        }
        #expect(Array(lines.dropFirst()) == expected.sorted())
    }

    private func checkLog(_ controlPlane: TestControlPlane) async throws {
        let report = try await LogVerifier(store: controlPlane.store).verify()
        #expect(report.finding == nil)
        #expect(report.commits > 100)
        #expect(try await controlPlane.store.setAside(limit: 10).isEmpty)
    }
}
