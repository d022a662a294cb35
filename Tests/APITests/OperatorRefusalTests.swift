import AgentProtocol
import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("Requests of operators that are refused", .serialized, .timeLimit(.minutes(10)))
struct OperatorRefusalTests {
    private static let routes: [(HTTPRequest.Method, String)] = [
        (.get, "/api/v1/nodes"), (.get, "/api/v1/nodes/mi-1"), (.get, "/api/v1/cycles"), (.get, "/api/v1/cycles/c"),
        (.get, "/api/v1/cycles/c/report.csv"), (.get, "/api/v1/events"), (.post, "/api/v1/activations"),
        (.post, "/api/v1/cycles"),
        (.post, "/api/v1/cycles/c/approvals"), (.post, "/api/v1/cycles/c/abort"), (.post, "/api/v1/cycles/c/pause"),
        (.post, "/api/v1/cycles/c/resume"), (.get, "/api/v1/cycles/c/plan"), (.post, "/api/v1/nodes/mi-1/revoke"),
        (.get, "/api/v1/engine"), (.post, "/api/v1/engine/retry"), (.post, "/api/v1/engine/discard"),
        (.get, "/api/v1/advisories"), (.get, "/api/v1/advisories/a"), (.get, "/api/v1/advisories/fedora/a"),
        (.post, "/api/v1/baselines/preview"), (.get, "/api/v1/policy"), (.post, "/api/v1/policy"),
        (.post, "/api/v1/policy/diff"), (.get, "/api/v1/windows"),
        (.post, "/api/v1/policy/rejections"), (.post, "/api/v1/policy/acceptances"),
        (.get, "/api/v1/workflows/w/rehearsal"), (.get, "/api/v1/sla"), (.get, "/api/v1/advisories/imports"),
        (.get, "/api/v1/advisories/impact?of=a"), (.post, "/api/v1/advisories/imports?feed=a&by=ana"),
    ]

    @Test("Without the token no route does anything, and the answer says where the token is")
    func unauthenticated() async throws {
        try await TestAPI.with { api in
            let tokens = [
                nil, "", "Bearer", "Bearer ", "Bearer wrong", "Basic \(TestAPI.token)", "Bearer \(TestAPI.token)x",
            ]
            for (method, target) in Self.routes {
                for token in tokens {
                    let headers: HTTPFields = token.map { [.authorization: $0] } ?? [:]
                    let response = try await api.send(method, target, headers: headers)
                    #expect(response.status == .unauthorized, "\(method) \(target) with \(token ?? "nothing")")
                    let problem = try response.problem()
                    #expect(problem.code == "unauthenticated")
                    #expect(response.headers[.wwwAuthenticate] == "Bearer")
                    #expect(problem.detail.contains("operator.token"))
                }
            }
        }
    }

    @Test("A NUL in an address is the caller's mistake")
    func nul() async throws {
        try await TestAPI.with { api in
            for target in [
                "/api/v1/cycles/%00", "/api/v1/nodes/a%00b", "/api/v1/events?stream=cycle/%00",
                "/api/v1/nodes?after=%00",
            ] {
                let response = try await api.ask(.get, target)
                #expect(response.status == .badRequest)
                #expect(try response.problem().code == "malformed-address")
            }
        }
    }

    @Test("A body that is not what the route takes is told its place")
    func malformed() async throws {
        try await TestAPI.with { api in
            let bodies = [
                ("", "not valid JSON"), ("{", "JSON"), ("[]", ""), ("{}", "the key \"site\" is missing"),
                (#"{"site":1,"patchGroup":"g","uses":1,"expiresInSeconds":1,"by":"ana"}"#, "at site: "),
                (#"{"site":"s","patchGroup":"g","uses":"many","expiresInSeconds":1,"by":"ana"}"#, "at uses: "),
                (#"{"site":"s","patchGroup":"g","uses":99999999999999999999,"expiresInSeconds":1,"by":"ana"}"#, ""),
                (#"{"site":null,"patchGroup":"g","uses":1,"expiresInSeconds":1,"by":"ana"}"#, "at site: "),
            ]
            for (body, words) in bodies {
                let response = try await api.ask(.post, "/api/v1/activations", body: Array(body.utf8))
                #expect(response.status == .badRequest, "\(body)")
                let problem = try response.problem()
                #expect(problem.code == "malformed-body")
                #expect(problem.detail.hasPrefix("the request body is not what this route takes: "))
                #expect(problem.detail.contains(words), "\(body): \(problem.detail)")
            }
            #expect(
                try await api.ask(.post, "/api/v1/activations", body: [0xff, 0xfe]).problem().code == "malformed-body"
            )
        }
    }

    @Test("A body of more than 1 MiB is not taken")
    func tooLarge() async throws {
        try await TestAPI.with { api in
            let body = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1)
            let response = try await api.ask(.post, "/api/v1/activations", body: body)
            #expect(response.status == .contentTooLarge)
            let problem = try response.problem()
            #expect(problem.code == "body-too-large")
            #expect(problem.detail.contains("exceeds 1048576 bytes"))
        }
    }

    @Test("What there is not is told as such")
    func notFound() async throws {
        try await TestAPI.with { api in
            let targets = [
                ("/api/v1/cycles/none", "cycle-not-found"), ("/api/v1/cycles/none/report.csv", "cycle-not-found"),
                ("/api/v1/cycles/none/plan", "cycle-not-found"),
                ("/api/v1/nodes/none", "node-not-found"), ("/api/v1/none", "not-found"), ("/api/v2/nodes", "not-found"),
                ("/none", "not-found"), ("/", "not-found"),
            ]
            for (target, code) in targets {
                let response = try await api.get(target)
                #expect(response.status == .notFound, "\(target)")
                #expect(try response.problem().code == code, "\(target)")
            }
            let start = StartCycle(workflow: "none", openNow: true, by: "ana")
            #expect(try await api.post("/api/v1/cycles", start).problem().code == "workflow-not-found")
        }
    }

    @Test(
        "Whatever the method, an address says which it takes",
        arguments: ["DELETE", "HEAD", "QUERY", "PROPFIND", "X-1"]
    )
    func methods(name: String) async throws {
        try await TestAPI.with { api in
            let method = try #require(HTTPRequest.Method(rawValue: name))
            for (target, allowed) in [
                ("/api/v1/cycles", "GET, POST"), ("/api/v1/cycles/c", "GET"),
                ("/api/v1/advisories/imports", "GET, POST"),
                ("/api/v1/advisories/debian/a", "GET"), ("/api/v1/openapi.yaml", "GET"), ("/healthz", "GET"),
            ] {
                let response = try await api.ask(method, target)
                #expect(response.status == .methodNotAllowed, "\(name) \(target)")
                #expect(response.headers[.allow] == allowed, "\(name) \(target)")
                let problem = try response.problem()
                #expect(problem.code == "method-not-allowed")
                #expect(problem.detail.contains("\(name) \(target) is not offered here"), "\(problem.detail)")
            }
            #expect(try await api.ask(method, "/api/v1/none").problem().code == "not-found")
        }
    }

    @Test("A time and a cursor that cannot be read are told as such")
    func malformedQueries() async throws {
        try await TestAPI.with { api in
            for time in ["soon", "", "2026-11-23", "2026-11-23T09:00:00", "1764000000"] {
                let response = try await api.get("/api/v1/cycles/any?at=\(time)")
                #expect(response.status == .badRequest, "\(time)")
                #expect(try response.problem().code == "malformed-time")
            }
            for cursor in ["soon", "1:", "256:1", ":", "1:2,", "1:%2B2", "1:-2"] {
                let response = try await api.get("/api/v1/events?after=\(cursor)")
                #expect(response.status == .badRequest, "\(cursor)")
                #expect(try response.problem().code == "malformed-cursor")
            }
        }
    }

    @Test("A key that is too long is the caller's error; a cycle's id is one that there is not")
    func tooLong() async throws {
        try await TestAPI.with { api in
            let long = String(repeating: "x", count: 300)
            let body = SteerCycle(reason: "why", by: "ana")
            let id = try await api.controlPlane.startCycle()
            let key = try await api.post("/api/v1/cycles/\(id)/pause", body, key: long)
            #expect(key.status == .badRequest)
            #expect(try key.problem().code == "invalid-text")
            #expect(try await api.post("/api/v1/cycles/\(long)/pause", body).problem().code == "cycle-not-found")
            #expect(try await api.get("/api/v1/cycles/\(long)").status == .notFound)
        }
    }
}
