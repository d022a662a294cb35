import AgentProtocol
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("The routes of advisories", .serialized, .timeLimit(.minutes(10)))
struct AdvisoryRouteTests {
    private static let tracker = #"""
        {"openssl": {"CVE-2026-1001": {"description": "d", "releases": {"bookworm": {"status": "resolved",
        "fixed_version": "3.0.16-1", "urgency": "medium"}}}},
        "sope": {"CVE-2026-1002": {"releases": {"bookworm": {"status": "open", "urgency": "low"}}}}}
        """#

    @Test("A feed is sent as it is, and its advisories are found by every way")
    func wholeWay() async throws {
        try await TestAPI.with { api in
            let target = "/api/v1/advisories/imports?feed=debian-tracker&by=ana&url=https%3A%2F%2Fa.example%2Fx"
            let first = try await api.ask(.post, target, body: Array(Self.tracker.utf8))
            #expect(first.status == .created)
            let imported = try first.decode(AdvisoriesImported.self)
            #expect(imported.lastImport.fact.url == "https://a.example/x")
            #expect(imported.lastImport.fact.entryCount == 2)
            let again = try await api.ask(.post, target, body: Array(Self.tracker.utf8))
            #expect(again.status == .ok)
            #expect(try again.decode(AdvisoriesImported.self).isUnchanged)

            let imports = try await api.get("/api/v1/advisories/imports?feed=debian-tracker")
            #expect(try imports.decode(Listing<AdvisoryImportView>.self).items == [imported.lastImport])
            #expect(imports.text.contains("\"importedAt\":\"20"), "times are text, for people")

            for id in ["openssl%2FCVE-2026-1001", "debian/openssl%2FCVE-2026-1001"] {
                let view = try await api.get("/api/v1/advisories/\(id)").decode(AdvisoryView.self)
                #expect(view.advisory.id == "openssl/CVE-2026-1001")
                #expect(view.advisory.fixes.map(\.version) == ["3.0.16-1"])
                let version = try await api.get("/api/v1/advisories/\(id)?version=\(view.digest)")
                #expect(try version.decode(AdvisoryView.self) == view)
            }
            for query in ["", "?source=debian&limit=9", "?cve=cve-2026-1001&released-since=1990-01-01T00:00:00Z"] {
                let page = try await api.get("/api/v1/advisories\(query)").decode(Listing<AdvisorySummary>.self)
                let isThere = page.items.contains { $0.id == "openssl/CVE-2026-1001" }
                #expect(isThere == !query.contains("since"), "\(query)")
            }
            let impact = try await api.get("/api/v1/advisories/impact?of=openssl%2FCVE-2026-1001")
            #expect(try impact.decode(ImpactPage.self) == ImpactPage(items: [], judged: 0, unjudged: 0, next: nil))
            let page = try await api.get("/api/v1/advisories?limit=1").decode(Listing<AdvisorySummary>.self)
            let next = try #require(page.next)
            let rest = try await api.get("/api/v1/advisories?limit=1&after=\(next)")
            #expect(try rest.decode(Listing<AdvisorySummary>.self).items.map(\.id) == ["openssl/CVE-2026-1001"])
        }
    }

    @Test("What cannot be done is told with its reason")
    func refusals() async throws {
        try await TestAPI.with { api in
            let cases: [(HTTPRequest.Method, String, HTTPResponse.Status, String)] = [
                (.get, "advisories?source=acme", .badRequest, "malformed-filter"),
                (.get, "advisories?cve=6387", .badRequest, "malformed-filter"),
                (.get, "advisories?released-since=yesterday", .badRequest, "malformed-time"),
                (.get, "advisories?after=x", .badRequest, "malformed-cursor"),
                (.get, "advisories/imports?after=x", .badRequest, "malformed-cursor"),
                (.get, "advisories/impact", .badRequest, "malformed-filter"),
                (.get, "sla?state=late", .badRequest, "malformed-filter"),
                (.get, "advisories/impact?of=CVE-2026-9999", .notFound, "advisory-not-found"),
                (.get, "advisories/A-1", .notFound, "advisory-not-found"),
                (.get, "advisories/fedora/A-1?version=x", .notFound, "advisory-not-found"),
                (.post, "advisories/imports?by=ana", .badRequest, "invalid-import"),
                (.post, "advisories/imports?feed=f", .badRequest, "invalid-name"),
                (.post, "advisories/imports?feed=f&by=ana&format=yaml", .badRequest, "invalid-import"),
                (.post, "advisories/imports?feed=f&by=ana", .unprocessableContent, "malformed-feed"),
            ]
            for (method, target, status, code) in cases {
                let body: [UInt8]? = method == .post ? Array("hello".utf8) : nil
                let response = try await api.ask(method, "/api/v1/\(target)", body: body)
                #expect(response.status == status, "\(target)")
                #expect(try response.problem().code == code, "\(target)")
            }
        }
    }

    @Test("An id that several sources have must come with its source")
    func ambiguous() async throws {
        try await TestAPI.with { api in
            let advisories = [AdvisorySource.redHat, .fedora].map {
                Advisory(id: "A-1", source: $0, title: "t", classification: "security")
            }
            let now = api.controlPlane.clock.now
            _ = try await api.controlPlane.questions.advisoryStore.importing(at: now) { try await $0.write(advisories) }
            let response = try await api.get("/api/v1/advisories/A-1")
            #expect(response.status == .conflict)
            #expect(try response.problem().detail.contains("fedora, red-hat"))
            let view = try await api.get("/api/v1/advisories/fedora/A-1").decode(AdvisoryView.self)
            #expect(view.advisory.source == .fedora)
        }
    }
}
