import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import ReadModels
import SSMAPI
import Subprocess
import TestSupport
import Testing

/// AWS's own tools against the door of a control plane in this process, whose hosts the test plays.
@Suite("Commands as AWS's tools send them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMCommandTests {
    /// What an agent uploads of two lines of output, compressed:
    /// `==> 2026-11-27T00:00:00Z AWS-RunShellScript: runShellScript`, `hello`, `world`.
    private static let output =
        "H4sIAAAAAAACA7O1tVMwMjAy0zU01DUyDzEwsAKjKAXH8GDdoNK84IzUnJzg5KLMghIrhSIUPheImc9Vnl+Uk8IFAMGStl1IAAAA"

    @Test("Scripts, scans and installs reach their hosts, and what they did is told as botocore's model has it")
    func commands() async throws {
        try await serving { controlPlane, fleet, variables in
            let nodes = try await controlPlane.questions.nodes()
            let names = Dictionary(nodes.map { ($0.name, $0.id) }) { first, _ in first }
            var variables = variables
            variables["NODES"] = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
            try await AWSTools.check("commands.py", variables)
            // It is a cycle as any run, in the log under the key's name.
            let runs = try await controlPlane.questions.cycles().filter { $0.workflow == WorkflowDefinition.oneOffRun }
            #expect(runs.count >= 7)
            let installed = try #require(
                runs.first { SentCommand.id(ofCycle: $0.id) != nil && $0.planDigest != nil }
            )
            let shown = try await controlPlane.questions.run(installed.id)
            #expect(shown.status == RunStatus("Success") && shown.targets == 2, "\(shown)")
            #expect(Set(shown.invocations.map(\.stage)) == ["scan", "install"] && shown.startedBy == "scripts")
        }
    }

    @Test("The aws command sends one, waits for it and shows what it printed")
    func command() async throws {
        try await serving { _, fleet, variables in
            let node = fleet.ring("main")[0].node
            var variables = variables
            variables["AWS_ENDPOINT_URL"] = variables["DOOR"]
            variables["AWS_DEFAULT_REGION"] = "Frankfurt"
            func aws(_ words: [String]) async throws -> String {
                let ending = try await AWSTools.run(MotoServer.aws, ["ssm"] + words + ["--output", "text"], variables)
                #expect(ending.status == .exited(0), "\(words): \(ending.errors)")
                return ending.output.trimmingPrefix("\n").split(separator: "\n").joined(separator: "\n")
            }
            let sent = [
                "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids", node, "--parameters",
                #"{"commands":["uptime"]}"#, "--query", "Command.CommandId",
            ]
            let id = try await aws(sent)
            #expect(SentCommand.isID(id), "\(id)")
            let invocation = ["--command-id", id, "--instance-id", node]
            _ = try await aws(["wait", "command-executed"] + invocation)
            let output = try await aws(
                ["get-command-invocation"] + invocation + ["--query", "[Status,StandardOutputContent]"]
            )
            #expect(output.hasPrefix("Success\thello"), "\(output)")
        }
    }

    // MARK: - Steps

    /// Serves a fleet of which the hosts of the ring late do nothing.
    private func serving(
        _ body: @escaping @Sendable (TestControlPlane, Fleet, [String: String]) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            // Whatever the time is, hosts may be ordered.
            try await controlPlane.applyPolicy { policy in
                for index in policy.sites.indices { policy.sites[index].businessHours = [] }
                policy.freezes = []
            }
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt", "us-east-1"], hostsPerLane: 2)
            for agent in fleet.ring("early") { await agent.change { $0.failingSteps = ["runShellScript"] } }
            let request = CreateToken(
                name: "scripts",
                roles: [.operator],
                scope: nil,
                expiresInSeconds: 3_600,
                by: "ana"
            )
            let key = try await controlPlane.services.access.createAccessKey(request, key: nil)
            let router = Router()
            SSMDoor(services: controlPlane.services, source: { nil }, now: { controlPlane.clock.now }).add(to: router)
            let application = Application(
                router: router,
                configuration: .init(address: .hostname("127.0.0.1", port: 0))
            )
            try await application.test(.live) { web in
                let variables = [
                    "DOOR": "http://127.0.0.1:\(try #require(web.port))", "AWS_ACCESS_KEY_ID": key.id,
                    "AWS_SECRET_ACCESS_KEY": key.secret,
                ]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for agent in fleet.ring("early") + fleet.ring("main") {
                        group.addTask { try await work(agent, controlPlane) }
                    }
                    try await body(controlPlane, fleet, variables)
                    group.cancelAll()
                }
            }
        }
    }

    /// Carries out whatever comes; what a script printed is there before its end is told.
    private func work(_ agent: FakeAgent, _ controlPlane: TestControlPlane) async throws {
        while !Task.isCancelled {
            do {
                guard let order = try await agent.nextOrder(of: controlPlane, wait: .seconds(2)) else { continue }
                if case .run = order.work {
                    let bytes = Array(Data(base64Encoded: Self.output) ?? Data())
                    try await controlPlane.services.agents.store(
                        output: bytes,
                        of: order.id,
                        named: "steps",
                        from: agent.node
                    )
                }
                try await agent.carryOut(order, of: controlPlane)
            } catch is CancellationError {
                return
            }
        }
    }
}
