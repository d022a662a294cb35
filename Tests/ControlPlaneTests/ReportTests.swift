import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Testing

@Suite("Reports of agents", .serialized, .timeLimit(.minutes(10)))
struct ReportTests {
    /// A cycle in which the first of two agents was ordered to scan.
    private func scanning(
        _ body: @escaping (TestControlPlane, FakeAgent, FakeAgent, Order) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 2
            )
            _ = try await controlPlane.startCycle()
            let order = try #require(try await fleet.agents[0].nextOrder(of: controlPlane))
            try await body(controlPlane, fleet.agents[0], fleet.agents[1], order)
        }
    }

    /// The types of the facts that the order's rollout has taken.
    private func facts(of order: Order, _ controlPlane: TestControlPlane) async throws -> [String] {
        let decider = DomainDecider<Rollout>.withoutEffects
        return try await controlPlane.reader.events(of: Rollout.stream(order.rollout)).compactMap { stored in
            guard case .hostReported(let report, _) = try decider.decode(stored.event) else { return nil }
            return report.fact.name
        }
    }

    @Test("A report that is sent again, alone or with others, counts once")
    func repeated() async throws {
        try await scanning { controlPlane, agent, _, order in
            let accepted = await agent.report(.accepted, on: order, at: controlPlane.clock.now)
            for _ in 1...3 { try await agent.send([accepted, accepted], to: controlPlane) }
            let digest = try await agent.upload(to: controlPlane)
            let scanned = await agent.report(.scanned(inventory: digest), on: order, at: controlPlane.clock.now)
            try await agent.send([accepted, scanned], to: controlPlane)
            try await agent.send([accepted, scanned], to: controlPlane)
            try await controlPlane.settle()
            #expect(try await facts(of: order, controlPlane) == ["accepted", "scanned"])
            #expect(
                try await controlPlane.services.agents.nextOrder(for: agent.node, wait: .zero) == nil,
                "the order is over"
            )
        }
    }

    @Test("Reboots are their node's, whatever order they belong to; told again they count once")
    func reboots() async throws {
        try await scanning { controlPlane, agent, other, order in
            let boots = ["one", "two"].map { BootFacts(bootID: $0, kernel: "6.1") }
            let report = BootReport(
                at: controlPlane.clock.now,
                order: nil,
                outcome: .unordered,
                before: boots[0],
                after: boots[1],
                missing: ["/srv is not mounted"]
            )
            for _ in 1...2 {
                let batch = ReportBatch(reports: [], boots: [report])
                try await controlPlane.services.agents.accept(batch, from: agent.node)
                try await controlPlane.settle()
            }
            let shown = try await controlPlane.questions.node(agent.node).lastReboot
            #expect(shown?.outcome == "unordered" && shown?.missing == report.missing)
            #expect(shown?.bootBefore == "one" && shown?.bootAfter == "two" && shown?.order == nil)
            #expect(try await controlPlane.questions.node(other.node).lastReboot == nil)
            let events = try await controlPlane.reader.events(of: Node.stream(agent.node))
            #expect(events.count { $0.event.type == "node.rebooted.v1" } == 1)
        }
    }

    @Test("What a host says of its reboots is bounded, and taken whole or not at all")
    func boundedReboots() async throws {
        try await scanning { controlPlane, agent, _, _ in
            let boot = BootFacts(bootID: "one", kernel: "6.1")
            let good = BootReport(at: controlPlane.clock.now, order: nil, outcome: .announced, before: boot, after: nil)
            var (name, list, text, sockets) = (good, good, good, good)
            name.after = BootFacts(bootID: "two", kernel: String(repeating: "6", count: 257))
            list.reasons = Array(repeating: "kernel", count: 501)
            text.missing = [String(repeating: "m", count: 501)]
            let socket = ListeningSocket(address: String(repeating: "1", count: 400), port: 22)
            sockets.condition = HostCondition(sockets: Array(repeating: socket, count: 200))
            let many = Array(repeating: good, count: 21)
            let agents = controlPlane.services.agents
            for boots in [many, [good, name], [good, list], [good, text], [good, sockets]] {
                let batch = ReportBatch(reports: [], boots: boots)
                let refusal = try await problem { try await agents.accept(batch, from: agent.node) }
                #expect(refusal.status == 400 && refusal.code == "invalid-boots")
            }
            try await controlPlane.settle()
            #expect(try await controlPlane.questions.node(agent.node).lastReboot == nil)
            let most = ReportBatch(reports: [], boots: Array(many.dropLast()))
            try await agents.accept(most, from: agent.node)
            try await controlPlane.settle()
            #expect(try await controlPlane.questions.node(agent.node).lastReboot?.outcome == "announced")
        }
    }

    @Test("What was repaired on a host is its node's own event, once, and bounded")
    func repairs() async throws {
        try await scanning { controlPlane, agent, other, _ in
            let at = controlPlane.clock.now
            let repair = RepairReport(at: at, check: "package-lock", isRepaired: true, detail: "removed")
            let agents = controlPlane.services.agents
            for _ in 1...2 {
                try await agents.accept(ReportBatch(reports: [], repairs: [repair]), from: agent.node)
                try await controlPlane.settle()
            }
            let shown = try await controlPlane.questions.node(agent.node).repairs
            #expect(shown?.map(\.check) == ["package-lock"] && shown?.map(\.isRepaired) == [true])
            #expect(try await controlPlane.questions.node(other.node).repairs == nil)
            let events = try await controlPlane.reader.events(of: Node.stream(agent.node))
            #expect(events.count { $0.event.type == "node.repaired.v1" } == 1)

            var (long, name) = (repair, repair)
            long.detail = String(repeating: "d", count: RepairReport.maximumDetail + 1)
            name.check = String(repeating: "c", count: 65)
            let many = Array(repeating: repair, count: ReportBatch.maximumRepairs + 1)
            for repairs in [many, [repair, long], [name]] {
                let batch = ReportBatch(reports: [], repairs: repairs)
                let refusal = try await problem { try await agents.accept(batch, from: agent.node) }
                #expect(refusal.status == 400 && refusal.code == "invalid-repairs")
            }
        }
    }

    @Test("A report of another node changes nothing, and the right one counts after it")
    func otherNode() async throws {
        try await scanning { controlPlane, agent, other, order in
            let lie = await other.report(
                .failed(kind: .disk, detail: "lie", inventory: nil, patches: []),
                on: order,
                at: controlPlane.clock.now
            )
            try await other.send([lie], to: controlPlane)
            try await controlPlane.settle()
            #expect(try await facts(of: order, controlPlane).isEmpty)
            let key = MessageKey(stream: Rollout.stream(order.rollout), id: "\(order.id)/1/\(other.node)")
            guard case .refused(let code, _)? = try await controlPlane.store.answers(to: [key])[key] else {
                Issue.record("the lie has no answer")
                return
            }
            #expect(code == "order-of-another-node")

            try await agent.report(.accepted, on: order, to: controlPlane)
            try await controlPlane.settle()
            #expect(try await facts(of: order, controlPlane) == ["accepted"])
        }
    }

    @Test("A report on an inventory that was not uploaded is told to upload it; then it is taken")
    func unknownInventory() async throws {
        try await scanning { controlPlane, agent, _, order in
            let digest = ContentStore.digest(of: String(decoding: try await agent.inventoryBytes(), as: UTF8.self))
            let scanned = await agent.report(.scanned(inventory: digest), on: order, at: controlPlane.clock.now)
            let refusal = try await problem { try await agent.send([scanned], to: controlPlane) }
            #expect(refusal.status == 409)
            #expect(refusal.code == "unknown-inventory")
            #expect(refusal.detail == "inventory \(digest) was not uploaded; upload it, then report it")
            #expect(try await agent.upload(to: controlPlane) == digest)
            #expect(try await agent.upload(to: controlPlane) == digest)
            try await agent.send([scanned], to: controlPlane)
            try await controlPlane.settle()
            #expect(try await facts(of: order, controlPlane) == ["scanned"])
        }
    }

    @Test("An inventory must have its digest and be one")
    func badInventory() async throws {
        try await withControlPlane { controlPlane in
            let agents = controlPlane.services.agents
            let other = ContentStore.digest(of: "other")
            for bytes in [Array("{}".utf8), [0xff, 0xfe]] {
                let mismatch = try await problem {
                    try await agents.store(inventory: bytes, digest: other, from: "mi-1")
                }
                #expect(mismatch.status == 400)
                #expect(mismatch.code == "digest-mismatch")
                #expect(mismatch.detail.contains("the inventory from mi-1 does not have the digest \(other)"))
            }
            for text in ["{}", "[]", "not JSON"] {
                let digest = ContentStore.digest(of: text)
                let malformed = try await problem {
                    try await agents.store(inventory: Array(text.utf8), digest: digest, from: "mi-1")
                }
                #expect(malformed.status == 400)
                #expect(malformed.code == "malformed-body")
                #expect(try await controlPlane.content.load([digest]).isEmpty)
            }
        }
    }

    @Test("A batch is limited, and is taken whole or not at all")
    func batches() async throws {
        try await scanning { controlPlane, agent, _, order in
            let agents = controlPlane.services.agents
            let now = controlPlane.clock.now
            let reports = (1...101).map { Report(order: order.id, sequence: $0, at: now, fact: .accepted) }
            let many = try await problem { try await agents.accept(ReportBatch(reports: reports), from: agent.node) }
            #expect(many.status == 413)
            #expect(many.code == "too-many-reports")
            let foreign = [reports[0], Report(order: "no order", sequence: 1, at: now, fact: .accepted)]
            let unknown = try await problem { try await agents.accept(ReportBatch(reports: foreign), from: agent.node) }
            #expect(unknown.status == 400)
            #expect(unknown.code == "unknown-order")
            #expect(unknown.detail.contains("\"no order\" is not the id of an order"))
            let long = [
                reports[0],
                Report(order: String(repeating: "x", count: 300) + "#0#1", sequence: 1, at: now, fact: .accepted),
            ]
            let invalid = try await problem { try await agents.accept(ReportBatch(reports: long), from: agent.node) }
            #expect(invalid.status == 400)
            #expect(invalid.code == "invalid-text")
            try await controlPlane.settle()
            #expect(try await facts(of: order, controlPlane).isEmpty)

            try await agents.accept(ReportBatch(reports: []), from: agent.node)
            try await agents.accept(ReportBatch(reports: Array(reports.prefix(100))), from: agent.node)
            try await controlPlane.settle()
            #expect(try await facts(of: order, controlPlane).count == 100)
        }
    }

    @Test("A report on an order of a rollout that never was changes nothing")
    func unknownRollout() async throws {
        try await scanning { controlPlane, agent, _, order in
            let report = Report(
                order: "no-cycle/scan/site/group#0#1",
                sequence: 1,
                at: controlPlane.clock.now,
                fact: .accepted
            )
            try await agent.send([report], to: controlPlane)
            try await controlPlane.settle()
            #expect(try await controlPlane.reader.events(of: Rollout.stream("no-cycle/scan/site/group")).isEmpty)
        }
    }
}
