import AgentProtocol
import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("The query of a request", .serialized, .timeLimit(.minutes(10)))
struct QueryTests {
    @Test("What a route does not have, and a value outside its limits, is refused and not passed over")
    func refused() async throws {
        try await TestAPI.with { api in
            let queries = [
                ("nodes?limit=0", "malformed-parameter"), ("nodes?limit=5001", "malformed-parameter"),
                ("nodes?limit=many", "malformed-parameter"), ("nodes?limit=", "malformed-parameter"),
                ("nodes?limit=1&limit=2", "malformed-parameter"), ("nodes?after=", "malformed-parameter"),
                ("nodes?after=\(String(repeating: "x", count: 1_001))", "malformed-parameter"),
                ("nodes?state=COMPLIANT", "unknown-parameter"), ("nodes?after=%ff", "malformed-address"),
                ("nodes?after=%4", "malformed-address"), ("cycles/any?hosts=yes", "malformed-parameter"),
                ("events?wait=31", "malformed-parameter"), ("events?last=0", "malformed-parameter"),
                ("events?last=1&after=end", "malformed-filter"), ("events?last=1&limit=0", "malformed-parameter"),
                ("events?last=1&wait=31", "malformed-parameter"), ("audit?last=1&limit=0", "malformed-parameter"),
                ("audit?last=1&after=", "malformed-parameter"), ("windows?count=1001", "malformed-parameter"),
                ("workflows/any/rehearsal?host-minutes=0", "malformed-parameter"),
                ("sla?state=late", "malformed-filter"),
                ("sla?limit=-1", "malformed-parameter"), ("advisories?source=nobody", "malformed-filter"),
                ("advisories/impact?of=a&source=nobody", "malformed-filter"), ("advisories/impact", "malformed-filter"),
                ("advisories?since=2026-11-23T08:00:00Z", "malformed-cursor"),
                ("nodes?since=1:2,3:4", "malformed-cursor"),
                ("nodes/%ff", "malformed-address"), ("engine?=", "unknown-parameter"),
                ("nodes/any?at=now", "unknown-parameter"), ("policy?x", "unknown-parameter"),
            ]
            for (target, code) in queries {
                let response = try await api.get("/api/v1/\(target)")
                #expect(response.status == .badRequest, "\(target)")
                #expect(try response.problem().code == code, "\(target)")
            }
        }
    }

    @Test("Values and parts of the path are read as they were before they were percent-encoded")
    func encoded() async throws {
        try await TestAPI.with { api in
            let agent = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early"]).agents[0]
            let encoded = agent.node.replacing("-", with: "%2D")
            #expect(try await api.get("/api/v1/nodes/\(encoded)").decode(NodeView.self).id == agent.node)
            #expect(try await api.get("/api/v1/nodes?l%69mit=%31").status == .ok)
            let problem = try await api.get("/api/v1/nodes/a%26b%2Bc%2Fd+e").problem()
            #expect(problem.detail.contains("no node a&b+c/d+e;"), "\(problem.detail)")
        }
    }

    @Test("A body that is said to be no JSON is refused, and one that checks itself is the caller's error")
    func bodies() async throws {
        try await TestAPI.with { api in
            let headers: HTTPFields = [
                .authorization: "Bearer \(TestAPI.token)", .contentType: "application/x-www-form-urlencoded",
            ]
            let form = try await api.send(.post, "/api/v1/cycles", headers: headers, body: Array("{}".utf8))
            #expect(form.status == .unsupportedMediaType)
            #expect(try form.problem().code == "unsupported-media-type")
            var json = headers
            json[.contentType] = "Application/JSON ; charset=utf-8"
            let taken = try await api.send(.post, "/api/v1/cycles", headers: json, body: Array("{}".utf8))
            #expect(try taken.problem().code == "malformed-body")

            let policy =
                #"{"policy":{"sites":[],"groups":[],"baselines":[],"defaults":[],"windows":[],"freezes":[],"#
                + #""calendars":[],"sla":{"criticalDays":0}}}"#
            let unfit = try await api.ask(.post, "/api/v1/policy/diff", body: Array(policy.utf8))
            #expect(unfit.status == .badRequest)
            #expect(try unfit.problem().detail.contains("0 days are no time"))
        }
    }

    @Test("A key is printable ASCII without spaces")
    func keys() async throws {
        try await TestAPI.with { api in
            let start = StartCycle(workflow: "debian12-rings", openNow: true, by: "ana")
            for key in ["", "a key", "schlüssel", String(repeating: "x", count: 201)] {
                let response = try await api.post("/api/v1/cycles", start, key: key)
                #expect(response.status == .badRequest, "\(key)")
                #expect(try response.problem().code == "invalid-text", "\(key)")
            }
        }
    }
}
