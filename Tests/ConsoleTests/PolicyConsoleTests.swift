import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import Hummingbird
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

    @Test("The window in which clocks go back in October is marked, at its site alone")
    func clockChange() async throws {
        // The day before the clocks of Frankfurt go back; those of Tokyo never do.
        let before = try #require(Timestamp(iso8601: "2026-10-24T12:00:00Z"))
        var policy = Policy(
            sites: [
                PolicySite(name: "Frankfurt", zone: "Europe/Berlin"), PolicySite(name: "Tokyo", zone: "Asia/Tokyo"),
            ]
        )
        let rule = WindowRule(
            opens: .schedule("cron(30 0 ? * SUN *)"),
            zone: .site,
            durationSeconds: 4 * 3_600,
            cutoffSeconds: 3_600
        )
        policy.windows = [PolicyWindow(name: "sunday", rule: rule)]
        let windows = try WindowForecast.views(of: policy, named: nil, from: before, count: 4)
        let actor = ConsoleActor(name: "ana", principal: .nobody)
        let session = Session(actor: actor, formToken: "", begunAt: before, usedAt: before)
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/console/windows")
        let visit = try Visit(Request(head: head, body: .init(buffer: ByteBuffer())), session, at: before)
        let form = RehearsalForm([], RehearsalQuestion())
        let page = WindowsPage(windows, policy, site: nil, rehearsal: form, for: visit)
        let html = try Templates().render(page, "windows")
        let rows = html.split(separator: "\n").filter { $0.contains("<td>sunday</td>") }
        #expect(rows.count == 4)
        let marked = rows.filter { $0.contains("<span class=\"badge warn\">clocks go back by 60 min</span>") }
        #expect(marked.count == 1 && !html.contains("forward"))
        let row = try #require(marked.first)
        #expect(row.contains("<td>Frankfurt</td>") && row.contains("Sun 25 Oct 00:30–03:30 +01:00"), "\(row)")
        #expect(row.contains("Sat 24 Oct 22:30–Sun 25 Oct 02:30 +00:00"), "\(row)")
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
