import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing

@Suite("Reboot slots of a control plane", .timeLimit(.minutes(10)))
struct RebootSlotTests {
    private static let group = RebootSlotGroup(name: "web", targets: TargetSelector(rings: ["early"]))

    @Test("Two hosts of a group with one slot reboot one after the other")
    func oneAfterTheOther() async throws {
        try await withTwoHosts { controlPlane, agents, orders in
            let slots = controlPlane.services.rebootSlots
            #expect(orders.map(\.rebootSlot) == ["web", "web"] && orders.map(\.version) == [2, 2])
            let first = try await slots.ask(RebootSlotRequest(order: orders[0].id), from: agents[0].node)
            let grant = try #require(first.grant)
            #expect((1_700...1_800).contains(grant.seconds))
            #expect(try await slots.ask(RebootSlotRequest(order: orders[0].id), from: agents[0].node).grant?.fence == 1)

            let second = try await slots.ask(RebootSlotRequest(order: orders[1].id), from: agents[1].node)
            #expect(second.grant == nil && second.detail.contains("node/\(agents[0].node)"))
            let view = try await slots.view("web")
            #expect(view.holders.map(\.purpose) == [orders[0].id] && view.waiting.map(\.purpose) == [orders[1].id])

            // Its agent gives back nothing: the end of its run does.
            try await agents[0].carryOut(orders[0], of: controlPlane)
            _ = try await controlPlane.eventually("free", { try await slots.view("web") }) { $0.holders.isEmpty }
            #expect(try await slots.ask(RebootSlotRequest(order: orders[1].id), from: agents[1].node).grant?.fence == 2)
            try await slots.release(RebootSlotRelease(slot: "web", fence: 1), from: agents[1].node)
            #expect(try await slots.view("web").holders.count == 1)
            try await slots.release(RebootSlotRelease(slot: "web", fence: 2), from: agents[0].node)
            #expect(try await slots.view("web").holders.count == 1)
            try await slots.release(RebootSlotRelease(slot: "web", fence: 2), from: agents[1].node)
            #expect(try await slots.view("web").holders.isEmpty)
        }
    }

    @Test("A host that does not come back is named, and a person frees its slot")
    func neverCameBack() async throws {
        try await withTwoHosts(releaseWhen: .back) { controlPlane, agents, orders in
            let slots = controlPlane.services.rebootSlots
            for (agent, order) in zip(agents, orders) {
                try await agent.report(.accepted, on: order, to: controlPlane)
            }
            _ = try await slots.ask(RebootSlotRequest(order: orders[0].id), from: agents[0].node)
            controlPlane.clock.skip(.seconds(1_801))
            let view = try await controlPlane.eventually("overdue", { try await slots.view("web") }) { view in
                view.holders.contains { $0.isOverdue }
            }
            let holder = try #require(view.holders.first).name
            let waits = try await slots.ask(RebootSlotRequest(order: orders[1].id), from: agents[1].node)
            #expect(waits.grant == nil && waits.detail.contains("until it is back"))
            let request = ReleaseRebootSlot(holder: holder, reason: "rebuilt", by: "ana")
            #expect(try await slots.free("web", request, key: nil).holders.isEmpty)
            await #expect(throws: Problem.self) { try await slots.free("web", request, key: nil) }
            #expect(try await slots.ask(RebootSlotRequest(order: orders[1].id), from: agents[1].node).grant != nil)
        }
    }

    @Test("A slot is for the order that the host has, and needs it")
    func foreignOrder() async throws {
        try await withTwoHosts { controlPlane, agents, orders in
            let request = RebootSlotRequest(order: orders[0].id)
            await #expect(throws: Problem.self) {
                try await controlPlane.services.rebootSlots.ask(request, from: agents[1].node)
            }
        }
    }

    // MARK: - Given

    /// Two hosts of the group, each with the order that patches it.
    private func withTwoHosts(
        releaseWhen: RebootSlotGroup.ReleaseRule = .expired,
        _ body: @escaping @Sendable (TestControlPlane, [FakeAgent], [Order]) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            try await controlPlane.applyPolicy { policy in
                policy.rebootSlots = [Self.group]
                policy.rebootSlots[0].releaseWhen = releaseWhen
                for index in policy.sites.indices { policy.sites[index].businessHours = [] }
                (policy.freezes, policy.calendars) = ([], [])
            }
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 2
            )
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await controlPlane.approve("scan", of: id)
            var orders: [Order] = []
            for agent in fleet.agents { orders.append(try #require(try await agent.nextOrder(of: controlPlane))) }
            try await body(controlPlane, fleet.agents, orders)
        }
    }
}
