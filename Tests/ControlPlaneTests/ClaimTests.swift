import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import ReadModels
import Testing

@Suite("A node gets one order at a time", .serialized, .timeLimit(.minutes(10)))
struct ClaimTests {
    @Test("A cycle whose nodes have work in another one halts and names it; when that has ended, resume goes on")
    func twoCycles() async throws {
        try await withControlPlane(workflow: Workflow.oneByOne()) { controlPlane in
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 2
            )
            let first = try await controlPlane.startCycle("one-by-one")
            let order = try #require(try await fleet.agents[0].nextOrder(of: controlPlane))
            let second = try await controlPlane.startCycle("one-by-one")
            let halted = try await controlPlane.cycle(second, "halted") { $0.state == "halted" }
            let reason = try #require(halted.reason)
            #expect(reason.contains(" has work in cycle \(first) (\(first)/scan/Frankfurt/Debian12-early)"))
            #expect(reason.contains("then resume this one"))
            #expect(await fleet.agents[0].orders.map(\.cycle) == [first])

            try await controlPlane.steer(second, .resume)
            try await controlPlane.cycle(second, "halted again") { $0.reason?.contains("has work in cycle") == true }
            try await controlPlane.steer(first, .abort)
            try await fleet.agents[0].carryOut(order, of: controlPlane)
            try await Fleet.carryOut([fleet.agents[1]], of: controlPlane)
            try await controlPlane.cycle(first, "aborted") { $0.state == "aborted" }

            try await controlPlane.steer(second, .resume)
            for agent in fleet.agents {
                let next = try #require(try await agent.nextOrder(of: controlPlane))
                #expect(next.cycle == second)
            }
        }
    }

    @Test("Of many who claim a node at once one gets it; what is over gives way; all are claimed or none")
    func claims() async throws {
        try await withControlPlane { controlPlane in
            let claims = NodeClaims(client: controlPlane.client)
            let nodes = ["mi-1", "mi-2", "mi-3"]
            let winners = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 1...8 {
                    group.addTask {
                        let wanted = nodes.shuffled().map { NodeClaim(node: $0, rollout: "c\(number)/s/a/g") }
                        do {
                            let taken = try await claims.claim(wanted) { _ in false }
                            return taken == nil ? "c\(number)/s/a/g" : nil
                        } catch is ClaimRace {
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: [String]()) { winners, winner in
                    if let winner { winners.append(winner) }
                }
            }
            let winner = try #require(winners.first)
            #expect(winners.count == 1)
            let again = try await claims.claim([NodeClaim(node: "mi-1", rollout: winner)]) { _ in false }
            #expect(again == nil, "it keeps what it has")

            let wanted = ["mi-3", "mi-4"].map { NodeClaim(node: $0, rollout: "late/s/a/g") }
            #expect(try await claims.claim(wanted) { _ in false } == NodeClaim(node: "mi-3", rollout: winner))
            let free = try await claims.claim([NodeClaim(node: "mi-4", rollout: "other/s/a/g")]) { _ in false }
            #expect(free == nil, "none of a claim that failed was kept")
            #expect(try await claims.claim([wanted[0]]) { $0 == winner } == nil)
        }
    }
}
