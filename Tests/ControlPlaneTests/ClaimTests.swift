import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
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

    @Test("Commands ask for nodes that have other work until these are free, or their delivery timeout is over")
    func commands() async throws {
        try await withControlPlane(workflow: Workflow.oneByOne()) { controlPlane in
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 2
            )
            let node = fleet.agents[0].node
            let first = try await controlPlane.startCycle("one-by-one")
            let order = try #require(try await fleet.agents[0].nextOrder(of: controlPlane))
            let ids = ["0f0b7c2e-8a52-4c1b-9d5e-7f2f3b8a1c00", "1f0b7c2e-8a52-4c1b-9d5e-7f2f3b8a1c00"]
            for (id, timeout) in zip(ids, [30, 86_400]) {
                let command = SentCommand(
                    documentName: "AWS-RunShellScript",
                    parameters: ["commands": ["uptime"]],
                    instanceIDs: [node],
                    timeoutSeconds: timeout
                )
                let cycle = try await controlPlane.services.commands.send(command, id: id, site: "Frankfurt", by: "ana")
                let waits = try await controlPlane.eventually(
                    "waiting",
                    { try await controlPlane.questions.run(cycle) },
                    until: { $0.reason != nil }
                )
                #expect(waits.reason?.contains("\(node) has work in cycle \(first) ") == true && waits.targets == 1)
                #expect(waits.status == RunStatus("Pending"))
            }
            controlPlane.clock.skip(.seconds(31))
            let late = SentCommand.cycle(ofCommand: ids[0])
            try await controlPlane.cycle(late, "failed") { $0.state == "failed" }
            let undelivered = try #require(try await controlPlane.questions.command(ids[0]))
            let status = RunStatus("TimedOut", "DeliveryTimedOut")
            #expect(undelivered.status(undelivered.counts) == status && undelivered.counts.deliveryTimedOut == 1)
            #expect(
                try await controlPlane.questions.invocations(of: undelivered, nodes: [node]).map(\.status) == [status]
            )

            try await controlPlane.steer(first, .abort)
            try await fleet.agents[0].carryOut(order, of: controlPlane)
            try await Fleet.carryOut([fleet.agents[1]], of: controlPlane)
            try await controlPlane.cycle(first, "aborted") { $0.state == "aborted" }
            controlPlane.clock.skip(.seconds(600))
            try await controlPlane.cycle(SentCommand.cycle(ofCommand: ids[1]), "open") {
                $0.stage(SentCommand.StageName.run)?.lanes.isEmpty == false
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
