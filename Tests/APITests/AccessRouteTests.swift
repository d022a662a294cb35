import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ReadModels
import Testing

@Suite("Who may do what", .serialized, .timeLimit(.minutes(10)))
struct AccessRouteTests {
    /// Every route of operators that wants more than reading, and some that do not.
    private static let routes: [(method: HTTPRequest.Method, target: String, permission: Permission)] = [
        (.get, "/api/v1/nodes", .read), (.get, "/api/v1/cycles", .read), (.get, "/api/v1/events", .read),
        (.get, "/api/v1/policy", .read), (.get, "/api/v1/engine", .read), (.get, "/api/v1/sla", .read),
        (.post, "/api/v1/policy/diff", .read), (.post, "/api/v1/baselines/preview", .read),
        (.get, "/api/v1/tokens", .manageAccess), (.post, "/api/v1/tokens", .manageAccess),
        (.post, "/api/v1/tokens/tok-1/revoke", .manageAccess), (.get, "/api/v1/access-keys", .manageAccess),
        (.post, "/api/v1/access-keys", .manageAccess), (.post, "/api/v1/access-keys/RMAK1/revoke", .manageAccess),
        (.get, "/api/v1/audit", .readAudit),
        (.post, "/api/v1/activations", .enrol), (.post, "/api/v1/nodes/mi-1/revoke", .enrol),
        (.post, "/api/v1/nodes/mi-1/approve", .enrol), (.post, "/api/v1/cycles", .steer),
        (.post, "/api/v1/cycles/c/pause", .steer), (.post, "/api/v1/cycles/c/resume", .steer),
        (.post, "/api/v1/cycles/c/abort", .steer), (.post, "/api/v1/cycles/c/approvals", .approve),
        (.post, "/api/v1/runs", .run), (.post, "/api/v1/policy", .changePolicy),
        (.post, "/api/v1/policy/rejections", .changePolicy), (.post, "/api/v1/policy/acceptances", .changePolicy),
        (.post, "/api/v1/advisories/imports", .changePolicy), (.post, "/api/v1/engine/retry", .repair),
        (.post, "/api/v1/engine/discard", .repair), (.post, "/api/v1/reboot-slots/db/release", .repair),
    ]

    @Test("Each route lets the roles that have its permission, and tells the others which ones have")
    func everyRole() async throws {
        try await TestAPI.with { api in
            for role in AccessRole.allCases {
                let secret = try await api.token("of-\(role)", roles: [role])
                for route in Self.routes {
                    let response = try await api.ask(route.method, route.target, token: secret)
                    let what = "\(role): \(route.method) \(route.target) gave \(response.status)"
                    #expect(response.status != .unauthorized, "\(what)")
                    // What is let fails for its empty body, or for what there is not.
                    #expect(response.status != .internalServerError, "\(what)")
                    guard !role.permissions.contains(route.permission) else {
                        #expect(response.status != .forbidden, "\(what)")
                        continue
                    }
                    #expect(response.status == .forbidden, "\(what)")
                    let problem = try response.problem()
                    #expect(problem.code == "not-permitted")
                    #expect(problem.detail.contains(route.permission.rawValue), "\(problem.detail)")
                }
            }
        }
    }

    @Test("A token counts until it is revoked, and its secret is in no answer after the first")
    func life() async throws {
        try await TestAPI.with { api in
            let create = CreateToken(
                name: "ana",
                roles: [.viewer, .auditor, .viewer],
                expiresInSeconds: 60,
                by: "root"
            )
            let response = try await api.post("/api/v1/tokens", create, key: "k")
            #expect(response.status == .created)
            let token = try response.decode(NewTokenView.self)
            #expect(token.secret.wholeMatch(of: #/rm_[0-9a-f]{64}/#) != nil)
            #expect(token.roles == [.auditor, .viewer])
            #expect(try await api.post("/api/v1/tokens", create, key: "k").problem().code == "token-exists")
            #expect(try await api.ask(.get, "/api/v1/nodes", token: token.secret).status == .ok)
            for wrong in [String(token.secret.dropLast()), token.secret + "0", token.secret.uppercased(), "rm_"] {
                let refused = try await api.ask(.get, "/api/v1/nodes", token: wrong)
                #expect(refused.status == .unauthorized)
                #expect(refused.headers[.wwwAuthenticate] == "Bearer")
            }
            let listed = try await api.get("/api/v1/tokens")
            #expect(!listed.text.contains(token.secret.dropFirst(3)))
            let view = try #require(try listed.decode(Listing<TokenView>.self).items.first { $0.id == token.id })
            #expect(view.state == "valid" && view.createdBy == "root")
            let path = "/api/v1/tokens/\(token.id)/revoke"
            #expect(try await api.post(path, RevokeToken(reason: "")).problem().code == "reason-missing")
            let revoked = try await api.post(path, RevokeToken(reason: "left")).decode(TokenView.self)
            #expect(revoked.state == "revoked" && revoked.revocation?.by == "operator")
            #expect(try await api.ask(.get, "/api/v1/nodes", token: token.secret).status == .unauthorized)
            let unknown = try await api.post("/api/v1/tokens/tok-0/revoke", RevokeToken(reason: "x"))
            #expect(try unknown.problem().code == "token-not-found")
        }
    }

    @Test("An access key is listed and revoked apart from tokens, and its secret is told once and is no bearer's")
    func accessKeys() async throws {
        try await TestAPI.with { api in
            let create = CreateToken(name: "terraform", roles: [.operator], expiresInSeconds: 60, by: "root")
            let response = try await api.post("/api/v1/access-keys", create, key: "k")
            #expect(response.status == .created)
            let key = try response.decode(NewTokenView.self)
            #expect(key.id.wholeMatch(of: #/RMAK[0-9A-F]{16}/#) != nil)
            #expect(key.secret.wholeMatch(of: #/[0-9A-Za-z+\/]{40}/#) != nil)
            #expect(try await api.post("/api/v1/access-keys", create, key: "k").problem().code == "token-exists")
            let other = try await api.post("/api/v1/access-keys", create).decode(NewTokenView.self)
            #expect(other.secret != key.secret)
            #expect(try await api.ask(.get, "/api/v1/nodes", token: key.secret).status == .unauthorized)
            let access = api.controlPlane.services.access
            #expect(try await access.secret(ofAccessKey: key.id) == key.secret)
            #expect(try await access.principal(ofAccessKey: key.id, from: nil)?.name == "terraform")
            #expect(try await access.principal(ofSecret: key.secret, from: nil) == nil)
            let listed = try await api.get("/api/v1/access-keys")
            #expect(!listed.text.contains(key.secret))
            #expect(try listed.decode(Listing<TokenView>.self).items.map(\.id) == [key.id, other.id])
            #expect(try await api.get("/api/v1/tokens").decode(Listing<TokenView>.self).items.isEmpty)
            let path = "/api/v1/access-keys/\(key.id)/revoke"
            #expect(try await api.post(path, RevokeToken(reason: "left")).decode(TokenView.self).state == "revoked")
            #expect(try await access.secret(ofAccessKey: key.id) == nil)
            #expect(try await access.secret(ofAccessKey: other.id) == other.secret)
            #expect(try await access.secret(ofAccessKey: "RMAK0000000000000000") == nil)
        }
    }

    @Test("A token that is over counts no more")
    func expired() async throws {
        try await TestAPI.with { api in
            let secret = try await api.token("ana", roles: [.viewer], seconds: 3_600)
            #expect(try await api.ask(.get, "/api/v1/nodes", token: secret).status == .ok)
            api.controlPlane.clock.skip(.seconds(3_600))
            #expect(try await api.ask(.get, "/api/v1/nodes", token: secret).status == .unauthorized)
        }
    }

    @Test(
        "What a token may not be is refused",
        arguments: [
            CreateToken(name: "", roles: [.viewer], expiresInSeconds: 60),
            CreateToken(name: "node/mi-1", roles: [.viewer], expiresInSeconds: 60),
            CreateToken(name: "operator", roles: [.viewer], expiresInSeconds: 60),
            CreateToken(name: "ana", roles: [], expiresInSeconds: 60),
            CreateToken(name: "ana", roles: [.viewer], expiresInSeconds: 0),
            CreateToken(name: "ana", roles: [.viewer], expiresInSeconds: 367 * 86_400),
            CreateToken(name: "ana", roles: [.viewer], scope: AccessScope(rings: ["e*"]), expiresInSeconds: 60),
            CreateToken(name: "ana", roles: [.viewer], scope: AccessScope(sites: [""]), expiresInSeconds: 60),
        ]
    )
    func unfit(request: CreateToken) async throws {
        try await TestAPI.with { api in
            let response = try await api.post("/api/v1/tokens", request)
            #expect(response.status == .badRequest)
            #expect(["invalid-name", "invalid-token"].contains(try response.problem().code))
        }
    }

    @Test("Decisions are recorded under the token's name, and under no other")
    func names() async throws {
        try await TestAPI.with { api in
            let secret = try await api.token("ana", roles: [.operator])
            let claimed = try await api.post(
                "/api/v1/cycles",
                StartCycle(workflow: "debian12-rings", openNow: true, by: "bob"),
                token: secret
            )
            #expect(claimed.status == .forbidden)
            #expect(try claimed.problem().code == "not-your-name")
            let start = StartCycle(workflow: "debian12-rings", openNow: true, by: nil)
            let id = try await api.post("/api/v1/cycles", start, token: secret).decode(CycleStarted.self).id
            #expect(try await api.get("/api/v1/cycles/\(id)").decode(CycleView.self).startedBy == "ana")
            let other = try await api.post("/api/v1/cycles", start).decode(CycleStarted.self).id
            #expect(try await api.get("/api/v1/cycles/\(other)").decode(CycleView.self).startedBy == "operator")
        }
    }

    @Test("A limited token sees and changes its own hosts, and nothing of the fleet's")
    func scopes() async throws {
        try await TestAPI.with { api in
            let fleet = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            let (early, main) = (fleet.ring("early")[0].node, fleet.ring("main")[0].node)
            let secret = try await api.token("ana", roles: [.admin], scope: AccessScope(rings: ["early"]))
            func status(_ target: String) async throws -> HTTPResponse.Status {
                try await api.ask(.get, target, token: secret).status
            }
            let nodes = try await api.ask(.get, "/api/v1/nodes", token: secret).decode(Listing<NodeView>.self)
            #expect(nodes.items.map(\.id) == [early])
            for part in ["", "/patches", "/why", "/outputs"] {
                #expect(try await status("/api/v1/nodes/\(early)\(part)") == .ok, "\(part)")
                #expect(try await status("/api/v1/nodes/\(main)\(part)") == .forbidden, "\(part)")
            }
            #expect(try await status("/api/v1/nodes/\(main)/outputs/o/n") == .forbidden)
            #expect(try await status("/api/v1/nodes/mi-0") == .notFound)
            let id = try await api.controlPlane.startCycle()
            try await fleet.scan(id, of: api.controlPlane)
            let cycle = try await api.ask(.get, "/api/v1/cycles/\(id)", token: secret).decode(CycleView.self)
            #expect(cycle.stage("scan")?.lanes.map(\.patchGroup) == ["Debian12-early"])
            #expect(cycle.counts.targets == 1)
            let fleetWide = [
                "cycles/\(id)/plan", "cycles/\(id)/report.csv", "events", "sla", "engine", "tokens", "audit",
                "deliveries", "reboot-slots", "advisories/impact?of=CVE-2024-6387",
                "workflows/debian12-rings/rehearsal",
            ]
            for route in fleetWide { #expect(try await status("/api/v1/\(route)") == .forbidden, "\(route)") }
            for route in ["policy", "windows", "advisories", "cycles"] {
                #expect(try await status("/api/v1/\(route)") == .ok, "\(route)")
            }
            try await checkDecisions(of: secret, id, early: early, main: main, api)
        }
    }

    private func checkDecisions(
        of secret: String,
        _ cycle: String,
        early: String,
        main: String,
        _ api: TestAPI
    ) async throws {
        func send(_ target: String, _ body: some Encodable) async throws -> TestResponse {
            try await api.post("/api/v1/\(target)", body, token: secret)
        }
        func expectOutside(_ response: TestResponse) throws {
            #expect(response.status == .forbidden)
            #expect(try response.problem().code == "out-of-scope")
        }
        try expectOutside(try await send("cycles/\(cycle)/abort", SteerCycle(reason: "x", by: nil)))
        let digest = try await api.get("/api/v1/cycles/\(cycle)").decode(CycleView.self).planDigest ?? ""
        let approval = ApproveStage(stage: "scan", planDigest: digest, reason: nil, by: nil)
        try expectOutside(try await send("cycles/\(cycle)/approvals", approval))
        try expectOutside(try await send("nodes/\(main)/revoke", RevokeNode(reason: "x", by: nil)))
        try expectOutside(try await send("cycles", StartCycle(workflow: "debian12-rings", openNow: true, by: nil)))
        func run(_ targets: TargetSelector) -> StartRun {
            StartRun(targets: targets, command: ["true"], maxConcurrency: .count(1), maxErrors: .count(0), by: nil)
        }
        try expectOutside(try await send("runs", run(TargetSelector(rings: ["main"]))))
        try expectOutside(try await send("runs", run(TargetSelector(nodes: [early]))))
        let started = try await send("runs", run(TargetSelector(rings: ["early"])))
        #expect(started.status == .created)
        let id = try started.decode(CycleStarted.self).id
        #expect(try await api.ask(.get, "/api/v1/runs/\(id)", token: secret).status == .ok)
        #expect(try await send("cycles/\(id)/abort", SteerCycle(reason: "enough", by: nil)).status == .ok)
        func activation(_ group: String) -> CreateActivation {
            CreateActivation(site: "Oslo", patchGroup: group, uses: 1, expiresInSeconds: 60, by: nil)
        }
        try expectOutside(try await send("activations", activation("Debian12-main")))
        #expect(try await send("activations", activation("Debian12-early")).status == .created)
        #expect(try await send("nodes/\(early)/revoke", RevokeNode(reason: "x", by: nil)).status == .ok)
    }
}
