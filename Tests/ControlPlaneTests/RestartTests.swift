import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import DurableStreams
import ReadModels
import Testing

@Suite("A control plane that is stopped and started", .timeLimit(.minutes(10)))
struct RestartTests {
    @Test("A cycle goes on where it was, whatever hosts were doing")
    func goesOn() async throws {
        try await TestDeployment.with { deployment in
            let (fleet, id) = try await deployment.serve { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, rings: ["early", "main"])
                let id = try await controlPlane.startCycle()
                try await Fleet.carryOut(fleet.ring("early"), of: controlPlane)
                return (fleet, id)
            }
            let agent = fleet.ring("early")[0]
            let order = try await deployment.serve { controlPlane in
                try await Fleet.carryOut(fleet.ring("main"), of: controlPlane)
                try await controlPlane.approve("scan", of: id)
                let order = try #require(try await agent.nextOrder(of: controlPlane))
                try await agent.report(.accepted, .installing, on: order, to: controlPlane)
                return order
            }
            try await deployment.serve { controlPlane in
                try await Fleet.carryOut(Array(fleet.ring("early").dropFirst()), of: controlPlane)
                let failure = HostRunFact.failed(kind: .interrupted, detail: "power cut", inventory: nil, patches: [])
                try await agent.report(failure, on: order, to: controlPlane)
                let view = try await controlPlane.cycle(id, "halted by the failure") { $0.state == "halted" }
                #expect(view.stage("early")?.counts.succeeded == 2)
                #expect(view.stage("early")?.counts.failed == 1)
                #expect(try await LogVerifier(store: controlPlane.store).verify().finding == nil)
            }
        }
    }

    @Test("Orders that were given before are given again after it")
    func ordersOutlast() async throws {
        try await TestDeployment.with { deployment in
            let agent = try await deployment.serve { controlPlane in
                let agent = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"]).agents[0]
                _ = try await controlPlane.startCycle()
                _ = try #require(try await agent.nextOrder(of: controlPlane))
                return agent
            }
            let order = await agent.orders[0]
            let again = try await deployment.serve { controlPlane in
                try await controlPlane.services.agents.nextOrder(for: agent.node, wait: .seconds(60))
            }
            let envelope = try #require(again)
            #expect(envelope.payload.contains(order.id))
        }
    }
}
