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

/// AWS's own tools against the door of a control plane in this process, whose hosts the test plays.
@Suite("Maintenance windows as AWS's tools see them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMWindowTests {
    @Test(
        "boto3 keeps windows, targets, tasks and tags, as Terraform asks for them, and all is read back as it was given"
    )
    func configuration() async throws {
        try await serving { _, _, variables in
            try await AWSTools.check("windows.py", variables)
        }
    }

    @Test(
        "A window opens, patches its targets one after the other by AWS-RunPatchBaseline, and its execution tells of it"
    )
    func execution() async throws {
        try await serving { controlPlane, fleet, variables in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for agent in fleet.agents {
                    group.addTask { try await Self.work(agent, controlPlane) }
                }
                try await AWSTools.check("window-executions.py", variables)
                group.cancelAll()
            }
            // The bystander was no target.
            #expect(await fleet.ring("late").first?.orders.isEmpty == true)
            let orders = await fleet.ring("main").first?.orders ?? []
            let installs = orders.filter { order in
                guard case .install(_, _, _, _) = order.work else { return false }
                return true
            }
            let stories = try await controlPlane.questions.cycles().map { "\($0)" }.joined(separator: "\n")
            #expect(installs.count == 1, "\(stories)")
        }
    }

    // MARK: - Steps

    /// Carries out whatever comes, until the test has seen enough.
    private static func work(_ agent: FakeAgent, _ controlPlane: TestControlPlane) async throws {
        do {
            while !Task.isCancelled {
                guard let order = try await agent.nextOrder(of: controlPlane, wait: .seconds(1)) else { continue }
                try await agent.carryOut(order, of: controlPlane)
            }
        } catch is CancellationError {
            return
        } catch  where Task.isCancelled {
            return
        }
    }

    private func serving(
        _ body: @Sendable (TestControlPlane, Fleet, _ variables: [String: String]) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            // Whatever the time is, hosts may be ordered.
            try await controlPlane.applyPolicy { policy in
                for index in policy.sites.indices { policy.sites[index].businessHours = [] }
                policy.freezes = []
            }
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            // Nobody plays it.
            let activation = try await controlPlane.activation(site: "Frankfurt", patchGroup: "Debian12-idle")
            _ = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: "Frankfurt-idle"))
            let nodes = try await controlPlane.questions.nodes()
            let names = Dictionary(nodes.map { ($0.name, $0.id) }) { first, _ in first }
            let request = CreateToken(name: "terraform", roles: [.operator], expiresInSeconds: 600, by: "ana")
            let key = try await controlPlane.services.access.createAccessKey(request, key: nil)
            let reader = CreateToken(name: "dashboards", roles: [.viewer], expiresInSeconds: 600, by: "ana")
            let viewer = try await controlPlane.services.access.createAccessKey(reader, key: nil)
            let router = Router()
            SSMDoor(services: controlPlane.services, source: { nil }, now: { controlPlane.clock.now }).add(to: router)
            let application = Application(
                router: router,
                configuration: .init(address: .hostname("127.0.0.1", port: 0))
            )
            let list = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
            try await application.test(.live) { web in
                let variables = [
                    "DOOR": "http://127.0.0.1:\(try #require(web.port))", "NODES": list,
                    "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret, "VIEWER_ID": viewer.id,
                    "VIEWER_SECRET": viewer.secret,
                ]
                try await body(controlPlane, fleet, variables)
            }
        }
    }
}
