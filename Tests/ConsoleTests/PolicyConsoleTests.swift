import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ReadModels
import Testing
import Time

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

    @Test(
        "A rehearsal tells when each lane would open and which hosts are left over, and what is no question is refused"
    )
    func rehearsal() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            _ = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            try await controlPlane.applyPolicy()
            let cookie = try await console.session()
            let name = try #require(controlPlane.services.calendar.workflowNames.first)
            let windows = try await console.get("/console/windows", cookie: cookie).text
            #expect(windows.contains("<option value=\"\(name)\">"))
            let address = "/console/windows/rehearsal?workflow=\(name)&from=2027-01-12T09:30&minutes=45"
            let page = try await console.get(address, cookie: cookie).text
            let view = try await controlPlane.services.calendar.rehearse(
                name,
                from: Timestamp(iso8601: "2027-01-12T09:30Z"),
                hostMinutes: 45
            )
            #expect(
                page.contains("2027-01-12 09:30 UTC, with 45 minutes") && page.contains("value=\"2027-01-12T09:30\"")
            )
            for stage in view.stages {
                #expect(page.contains("<h2>\(stage.name) "))
                for lane in stage.lanes { #expect(page.contains("<td>\(lane.patchGroup)</td>")) }
            }
            #expect(view.stages.contains { !$0.lanes.isEmpty })
            for wrong in ["from=tomorrow", "minutes=0", "minutes=many"] {
                let answer = try await console.get("/console/windows/rehearsal?\(wrong)", cookie: cookie)
                #expect(answer.status == .badRequest, "\(wrong)")
            }
            let unknown = try await console.get("/console/windows/rehearsal?workflow=none", cookie: cookie)
            #expect(unknown.status == .notFound)
        }
    }
}
