import ControlPlane
import ControlPlaneTestSupport
import Domain
import Hummingbird
import HummingbirdTesting
import ReadModels
import SSMAPI
import Testing

extension AWSTools {
    /// Runs one of the Python programs against the door of a control plane in this process.
    static func check(
        _ program: String,
        at controlPlane: TestControlPlane,
        as key: NewTokenView,
        _ variables: [String: String] = [:]
    ) async throws {
        let router = Router()
        SSMDoor(services: controlPlane.services, source: { nil }, now: { controlPlane.clock.now }).add(to: router)
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await application.test(.live) { web in
            let own = [
                "DOOR": "http://127.0.0.1:\(try #require(web.port))", "AWS_ACCESS_KEY_ID": key.id,
                "AWS_SECRET_ACCESS_KEY": key.secret,
            ]
            try await check(program, own.merging(variables) { _, given in given })
        }
    }

    /// An access key for a test's time.
    static func accessKey(
        _ controlPlane: TestControlPlane,
        _ role: AccessRole = .viewer,
        _ scope: AccessScope? = nil
    ) async throws -> NewTokenView {
        let request = CreateToken(name: "tools", roles: [role], scope: scope, expiresInSeconds: 3_600, by: "ana")
        return try await controlPlane.services.access.createAccessKey(request, key: nil)
    }

    /// Hosts of two sites, Frankfurt and us-east-1, of which each ring's first has been scanned.
    ///
    /// - Returns: the ids of the nodes by their names, such as `Frankfurt-early`.
    static func scannedFleet(of controlPlane: TestControlPlane) async throws -> [String: String] {
        // Whatever the time is, hosts may be ordered.
        try await controlPlane.applyPolicy { policy in
            for index in policy.sites.indices { policy.sites[index].businessHours = [] }
            policy.freezes = []
        }
        let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt", "us-east-1"])
        try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
        let nodes = try await controlPlane.questions.nodes()
        return Dictionary(nodes.map { ($0.name, $0.id) }) { first, _ in first }
    }
}
