import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ReadModels
import Testing

@testable import Console

/// The policy and its windows in the console.
@Suite("The policy in the console", .timeLimit(.minutes(20)))
struct PolicyConsoleTests {
    @Test("Each change of the policy is told with what it changed, the newest first")
    func changes() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let cookie = try await console.session()
            #expect(try await console.get("/console/policy", cookie: cookie).text.contains("None was applied"))
            try await controlPlane.applyPolicy()
            try await controlPlane.applyPolicy { policy in
                policy.sites.removeAll { $0.name == "London" }
                policy.windows = []
            }
            let rejection = RejectPatch(entry: "openssl*", reason: "breaks the proxy", expires: nil, by: "berta")
            _ = try await controlPlane.services.policy.reject(rejection, key: nil)

            let changes = try await controlPlane.services.policy.changes(last: 10)
            #expect(changes.map(\.by) == ["berta", "ana", "ana"])
            #expect(changes[0].sentence == "rejected openssl*: breaks the proxy")
            #expect(changes[1].changes.contains { $0.kind == "site" && $0.name == "London" && $0.verb == .removed })
            #expect(changes[2].changes.allSatisfy { $0.verb == .added } && changes[2].changes.count > 10)
            #expect(try await controlPlane.services.policy.changes(last: 1) == [changes[0]])

            let page = try await console.get("/console/policy", cookie: cookie).text
            #expect(page.contains("site London") && page.contains("breaks the proxy"))
            #expect(page.contains("plat-ubuntu22-baseline") && page.contains("critical within 14 days"))
        }
    }

    @Test("Windows are told by the site's clocks and in UTC, with freezes")
    func windows() async throws {
        try await TestConsole.with { console in
            try await console.controlPlane.applyPolicy()
            let cookie = try await console.session()
            let all = try await console.get("/console/windows", cookie: cookie)
            #expect(all.text.contains("year-end") && all.text.contains("<svg class=\"timeline\""))
            #expect(all.body.readableBytes < 100_000)
            let site = try await console.get("/console/windows?site=Frankfurt", cookie: cookie).text
            #expect(site.contains(">Frankfurt</td>") && !site.contains(">London</td>"))
        }
    }
}
