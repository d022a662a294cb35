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

/// The door for AWS's tools of a control plane in this process, whose hosts the test plays.
enum FleetDoor {
    /// Lets the hosts carry out whatever comes, until the body has seen enough.
    static func working(
        _ fleet: Fleet,
        _ controlPlane: TestControlPlane,
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in fleet.agents { group.addTask { try await work(agent, controlPlane) } }
            try await body()
            group.cancelAll()
        }
    }

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

    /// - Parameter body: gets the tools' environment: the door, the nodes by their names, and access keys of an operator, of a viewer, of
    ///   one who is limited to another region, and of one who is limited to a patch group.
    static func serving(
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
            let list = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
            let key = try await accessKey(controlPlane, .operator)
            let viewer = try await accessKey(controlPlane, .viewer)
            let elsewhere = try await accessKey(controlPlane, .operator, AccessScope(sites: ["us-east-1"]))
            let late = try await accessKey(controlPlane, .operator, AccessScope(patchGroups: ["Debian12-late"]))
            let router = Router()
            SSMDoor(services: controlPlane.services, source: { nil }, now: { controlPlane.clock.now }).add(to: router)
            let application = Application(
                router: router,
                configuration: .init(address: .hostname("127.0.0.1", port: 0))
            )
            try await application.test(.live) { web in
                let variables = [
                    "DOOR": "http://127.0.0.1:\(try #require(web.port))", "NODES": list,
                    "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret, "VIEWER_ID": viewer.id,
                    "VIEWER_SECRET": viewer.secret, "ELSEWHERE_ID": elsewhere.id, "ELSEWHERE_SECRET": elsewhere.secret,
                    "LATE_ID": late.id, "LATE_SECRET": late.secret,
                ]
                try await body(controlPlane, fleet, variables)
            }
        }
    }

    static func accessKey(
        _ controlPlane: TestControlPlane,
        _ role: AccessRole,
        _ scope: AccessScope? = nil
    ) async throws -> NewTokenView {
        let request = CreateToken(name: "terraform", roles: [role], scope: scope, expiresInSeconds: 600, by: "ana")
        return try await controlPlane.services.access.createAccessKey(request, key: nil)
    }
}
