import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import ReadModels
import SSMAPI
import Testing
import Time

/// AWS's own tools against the door of a control plane in this process, with which hosts enrol that the test plays.
@Suite("Activations as AWS's tools make them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct ActivationDoorTests {
    @Test("boto3 makes activations, hosts enrol with them, and boto3 tags, moves and deregisters the nodes")
    func life() async throws {
        try await withControlPlane { controlPlane in
            try await serving(controlPlane) { variables in
                let text = try await AWSTools.check("activations.py", variables.merging(["PHASE": "make"]) { $1 })
                let made = try JSONDecoder().decode(Made.self, from: Data(text.utf8))
                let activation = ActivationView(
                    activation: made.id,
                    code: made.code,
                    orderKey: try await controlPlane.activation().orderKey,
                    site: "Frankfurt",
                    patchGroup: "Debian12-early",
                    uses: 2,
                    expiresAt: controlPlane.clock.now
                )
                let agent = try await FakeAgent.enrolled(
                    in: controlPlane,
                    with: activation,
                    host: FakeHost(name: "Frankfurt-shop")
                )
                let phase = ["PHASE": "nodes", "ACTIVATION": made.id, "NODE": agent.node]
                try await AWSTools.check("activations.py", variables.merging(phase) { $1 })
                // What boto3 has deleted and deregistered counts for hosts, too.
                let refusal = await #expect(throws: Problem.self) {
                    try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: "late"))
                }
                #expect(refusal?.code == "activation-deleted")
                let node = try #require(try await controlPlane.questions.nodes(in: [agent.node]).first)
                #expect(node.isRevoked && node.patchGroup == "Debian12-late" && node.labels?.role == "Another")
            }
        }
    }

    @Test(
        "What Terraform's provider sends for the reference fleet leaves an empty plan after each step, and nothing at the end"
    )
    func terraform() async throws {
        try await withControlPlane { controlPlane in
            try await serving(controlPlane) { variables in
                // Baselines are in Terraform, so that they are not in files.
                try await controlPlane.applyPolicy { policy in
                    policy.baselines = []
                    policy.defaults = []
                }
                try await AWSTools.check("terraform.py", variables)
            }
        }
    }

    @Test("boto3 learns from sts who it is")
    func identity() async throws {
        try await withControlPlane { controlPlane in
            try await serving(controlPlane) { variables in
                try await AWSTools.check("activations.py", variables.merging(["PHASE": "identity"]) { $1 })
            }
        }
    }

    // MARK: - Steps

    private struct Made: Decodable {
        let id: String
        let code: String
    }

    private func serving(
        _ controlPlane: TestControlPlane,
        _ body: @escaping @Sendable (_ variables: [String: String]) async throws -> Void
    ) async throws {
        try await controlPlane.applyPolicy()
        let key = try await FleetDoor.accessKey(controlPlane, .operator)
        let viewer = try await FleetDoor.accessKey(controlPlane, .viewer)
        let late = try await FleetDoor.accessKey(controlPlane, .operator, AccessScope(patchGroups: ["Debian12-late"]))
        let router = Router()
        SSMDoor(services: controlPlane.services, source: { nil }, now: { controlPlane.clock.now }).add(to: router)
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await application.test(.live) { web in
            try await body([
                "DOOR": "http://127.0.0.1:\(try #require(web.port))", "AWS_ACCESS_KEY_ID": key.id,
                "AWS_SECRET_ACCESS_KEY": key.secret, "VIEWER_ID": viewer.id, "VIEWER_SECRET": viewer.secret,
                "LATE_ID": late.id, "LATE_SECRET": late.secret,
            ])
        }
    }
}
