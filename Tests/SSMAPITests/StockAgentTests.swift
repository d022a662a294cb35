import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import PatchStreams
import ReadModels
import Testing
import Time

@testable import SSMAPI

@Suite("Stock agents", .timeLimit(.minutes(20)))
struct StockAgentTests {
    private static func quirks(_ number: Int) -> StockAgent.Quirks {
        var quirks = StockAgent.Quirks()
        quirks.losesAcknowledgements = number % 3 == 1
        quirks.repliesTwice = number % 2 == 1
        quirks.repliesOutOfOrder = number % 4 > 1
        quirks.losesPower = number % 5 == 4
        quirks.restarts = number % 5 == 3
        return quirks
    }

    @Test("Hosts of stock agents go through a cycle beside those of ours, reboots and all, whatever they repeat")
    func cycle() async throws {
        try await StockFleet.with { controlPlane, web in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            var stock: [StockAgent] = []
            for (index, ring) in (Fleet.rings + Fleet.rings + Fleet.rings + Fleet.rings).enumerated() {
                let quirks = Self.quirks(index)
                stock.append(
                    try await StockFleet.agent(controlPlane, web, ring: ring, name: "stock-\(index)", quirks: quirks)
                )
            }
            let agents = stock
            #expect(try await StockFleet.complete(agents, beside: fleet, of: controlPlane).state == "completed")
            for agent in agents {
                // The boot after a power loss is one as well.
                #expect(await agent.reboots == (agent.quirks.losesPower ? 0 : 1))
                let view = try await controlPlane.questions.node(agent.node)
                #expect(view.compliance == "COMPLIANT", "\(agent.node)")
                #expect(view.agentVersion == "amazon-ssm-agent 3.3.0.0")
                #expect(InstanceInformation(view, at: controlPlane.clock.now).agentVersion == "3.3.0.0")
                #expect(view.platform == "debian" && view.name.hasPrefix("stock-"))
            }
        }
    }

    @Test("A message that got lost comes again, with the same id, and no more once it is acknowledged")
    func redelivery() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            _ = try await controlPlane.startCycle()
            let first = try await StockFleet.message(of: agent, controlPlane)
            controlPlane.clock.skip(.seconds(16))
            let second = try await StockFleet.message(of: agent, controlPlane)
            #expect(first.id == second.id)
            #expect(first.id.hasPrefix("aws.ssm.") && first.id.hasSuffix(".\(agent.node)"))
            try await agent.handle(second)
            #expect(await agent.carriedOutCount == 1)
        }
    }

    @Test("A run that fails without a word of its order fails the order, with what the agent told")
    func failure() async throws {
        try await StockFleet.with { controlPlane, web in
            var quirks = StockAgent.Quirks()
            quirks.exitCode = 7
            let agent = try await StockFleet.agent(controlPlane, web, quirks: quirks)
            try await agent.start()
            let cycle = try await controlPlane.startCycle()
            try await agent.handle(try await StockFleet.message(of: agent, controlPlane))
            try await controlPlane.cycle(cycle, "with a host that failed") { view in
                view.counts.failed == 1
            }
        }
    }

    @Test("Its credentials are good for its own calls, and for nobody else's")
    func reach() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            let other = try await StockFleet.agent(controlPlane, web, name: "other")
            try await agent.start()
            let messages = "EC2WindowsMessageDeliveryService"
            for (target, body, code) in [
                (
                    "\(messages).GetMessages", ["Destination": other.node, "MessagesRequestId": "r"],
                    "InvalidInstanceId"
                ),
                (
                    "AmazonSSM.UpdateInstanceInformation", ["InstanceId": other.node, "AgentVersion": "3"],
                    "InvalidInstanceId"
                ),
                ("AmazonSSM.ListInstanceAssociations", ["InstanceId": other.node], "InvalidInstanceId"),
                ("\(messages).AcknowledgeMessage", ["MessageId": "aws.ssm.0.\(other.node)"], "ValidationException"),
                ("AmazonSSM.DescribePatchBaselines", [:], "AccessDeniedException"),
                ("AmazonSSM.DeletePatchBaseline", ["BaselineId": "pb-0"], "AccessDeniedException"),
            ] {
                let answer = try await agent.attempt(target, body.mapValues { .text($0) })
                #expect(answer.status == 400, "\(target)")
                #expect(String(decoding: answer.body, as: UTF8.self).contains(code), "\(target)")
            }
        }
    }

    @Test("Of what it reports its own types are kept, and what our scans tell is taken without effect")
    func reports() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            // What others report is kept of nodes that the read models have.
            _ = try await controlPlane.questions.node(agent.node)
            func inventory(_ types: [String], of node: String) -> [String: JSONValue] {
                let items = types.map { type -> JSONValue in
                    .object([
                        "TypeName": .text(type), "SchemaVersion": .text("1.0"),
                        "CaptureTime": .text("2026-06-16T02:00:00Z"),
                        "Content": .list([.object(["Row": .text("7")])]),
                    ])
                }
                return ["InstanceId": .text(node), "Items": .list(items)]
            }
            func compliance(_ type: String) -> [String: JSONValue] {
                let item: [String: JSONValue] = [
                    "Id": .text("a"), "Severity": .text("HIGH"), "Status": .text("NON_COMPLIANT"),
                ]
                return [
                    "ResourceId": .text(agent.node), "ResourceType": .text("ManagedInstance"),
                    "ComplianceType": .text(type),
                    "ExecutionSummary": .object(["ExecutionTime": .integer(1_764_000_000)]),
                    "Items": .list([.object(item)]),
                ]
            }
            let own = ["AWS:Application", "Custom:Rack", "AWS:ComplianceItem"]
            try await agent.call("AmazonSSM.PutInventory", inventory(own, of: agent.node))
            try await agent.call("AmazonSSM.PutInventory", inventory(["AWS:Network"], of: agent.node))
            for type in ["Patch", "Association", "Custom:Antivirus"] {
                try await agent.call("AmazonSSM.PutComplianceItems", compliance(type))
            }
            let questions = controlPlane.questions
            let types = own + ["AWS:Network"]
            let kept = try await questions.customInventories.inventories(of: [agent.node], types: types)
            #expect(kept[agent.node]?.mapValues(\.entries) == ["Custom:Rack": [["Row": "7"]]])
            #expect(try await questions.customCompliance.items(ofNode: agent.node).map(\.type) == ["Custom:Antivirus"])

            let other = try await agent.attempt("AmazonSSM.PutInventory", inventory(["Custom:Rack"], of: "mi-0"))
            #expect(String(decoding: other.body, as: UTF8.self).contains("InvalidInstanceId"))
            let nameless = try await agent.attempt("AmazonSSM.PutInventory", inventory(["Custom:"], of: agent.node))
            #expect(nameless.status == 200)
        }
    }

    @Test("Where the server has no agent to give, the order fails and says so")
    func nothingToGive() async throws {
        try await StockFleet.with(terms: OneShotTerms()) { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            let cycle = try await controlPlane.startCycle()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await agent.poll() }
                try await controlPlane.cycle(cycle, "with a host that failed") { view in
                    view.counts.failed == 1
                }
                group.cancelAll()
            }
        }
    }
}
