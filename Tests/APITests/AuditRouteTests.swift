import AgentProtocol
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("The audit", .serialized, .timeLimit(.minutes(10)))
struct AuditRouteTests {
    private static func entries(_ api: TestAPI, _ count: Int) async throws -> [AuditEntry] {
        try await api.controlPlane.eventually(
            "audited",
            { try await api.get("/api/v1/audit?last=1000").decode(AuditPage.self).entries.map(\.entry) },
            until: { $0.count >= count }
        )
    }

    @Test("Every change that is let, and every request that is denied, is in it with who, what and why")
    func entries() async throws {
        try await TestAPI.with { api in
            let ana = try await api.token("ana", roles: [.viewer, .operator])
            // Its scan waits for a host.
            _ = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await api.controlPlane.startCycle()
            let pause = SteerCycle(reason: "lunch", by: nil)
            #expect(try await api.post("/api/v1/cycles/\(id)/pause", pause, token: ana).status == .ok)
            #expect(try await api.ask(.get, "/api/v1/tokens", token: ana).status == .forbidden)
            let local = SteerCycle(reason: "back", by: "bob")
            #expect(try await api.post("/api/v1/cycles/\(id)/resume", local).status == .ok)
            #expect(try await api.ask(.get, "/api/v1/nodes", token: "rm_guess").status == .unauthorized)
            let entries = try await Self.entries(api, 5)
            #expect(entries.count == 5, "reading is not noted: \(entries)")
            let pausing = try #require(entries.first { $0.request.hasSuffix("/pause") })
            #expect(pausing.outcome == .allowed && pausing.actor == "ana" && pausing.reason == "lunch")
            #expect(pausing.principal?.hasPrefix("token/tok-") == true && pausing.permission == .steer)
            let resuming = try #require(entries.first { $0.request.hasSuffix("/resume") })
            #expect(resuming.actor == "bob" && resuming.principal == "break-glass")
            let denied = entries.filter { $0.outcome == .denied }
            #expect(Set(denied.map(\.code)) == ["not-permitted", "unauthenticated"])
            let forbidden = try #require(denied.first { $0.code == "not-permitted" })
            #expect(forbidden.permission == .manageAccess && forbidden.actor == "ana")
            #expect(forbidden.request == "GET /api/v1/tokens")
            #expect(denied.first { $0.code == "unauthenticated" }?.principal == nil)
            try await checkReading(ana, api)
        }
    }

    private func checkReading(_ viewer: String, _ api: TestAPI) async throws {
        let page = try await api.get("/api/v1/audit?limit=2").decode(AuditPage.self)
        let rest = try await api.get("/api/v1/audit?after=\(page.cursor)").decode(AuditPage.self)
        let all = try await api.get("/api/v1/audit?last=1000").decode(AuditPage.self)
        #expect(page.entries + rest.entries == all.entries)
        let none = try await api.get("/api/v1/audit?month=2020-02").decode(AuditPage.self)
        #expect(none.entries.isEmpty && none.month == "2020-02")
        for query in [
            "month=2020", "month=2020-13", "month=../x", "after=v1", "after=-1", "last=3&after=q",
        ] {
            #expect(try await api.get("/api/v1/audit?\(query)").status == .badRequest, "\(query)")
        }
        func kinds(_ query: String, _ token: String) async throws -> Set<Substring> {
            let events = try await api.ask(.get, "/api/v1/events?\(query)", token: token).decode(EventPage.self).events
            return Set(events.map { $0.stream.prefix { $0 != "/" } })
        }
        #expect(try await !kinds("last=1000", TestAPI.token).contains("audit"))
        #expect(try await kinds("last=1000&all=true", TestAPI.token).contains("audit"))
        #expect(try await !kinds("last=1000&all=true", viewer).contains("audit"))
        #expect(try await kinds("stream=audit/\(all.month)", TestAPI.token).contains("audit"))
        let refused = try await api.ask(.get, "/api/v1/events?stream=audit/\(all.month)", token: viewer)
        #expect(refused.status == .forbidden)
    }

    @Test("Requests that are denied push no event out of the newest ones")
    func newest() async throws {
        try await TestAPI.with { api in
            let viewer = try await api.token("ana", roles: [.viewer])
            _ = try await api.controlPlane.activation()
            func types(_ query: String, _ token: String) async throws -> [String] {
                let page = try await api.ask(.get, "/api/v1/events?\(query)", token: token).decode(EventPage.self)
                return page.events.map(\.type)
            }
            // That a token is used is an event, too.
            _ = try await api.controlPlane.eventually(
                "used",
                { try await types("last=2", viewer) },
                until: { $0.contains("access.token-used.v1") }
            )
            let before = try await types("last=2", TestAPI.token)
            #expect(before.count == 2)
            for _ in 0..<20 { _ = try await api.send(.get, "/api/v1/nodes") }
            _ = try await Self.entries(api, 21)
            #expect(try await types("last=2", TestAPI.token) == before)
            #expect(try await types("last=2", viewer) == before)
            // Who may not read the audit gets as many of the others, the engine's own among them.
            #expect(try await types("last=5&all=true", viewer).count >= 5)
            let audited = try await types("last=5&all=true", TestAPI.token)
            #expect(audited.count == 5 && audited.contains { $0.hasPrefix("audit.") }, "\(audited)")
        }
    }

    @Test("A flood of denied requests is noted in part, and the rest is counted")
    func flood() async throws {
        try await TestAPI.with { api in
            for _ in 0..<60 { _ = try await api.send(.get, "/api/v1/nodes") }
            api.controlPlane.clock.skip(.seconds(60))
            _ = try await api.send(.get, "/api/v1/nodes")
            // Twenty, one for each minute that the sixty take on a busy machine, and the last.
            let entries = try await api.controlPlane.eventually(
                "all are accounted for",
                { try await Self.entries(api, 21) },
                until: { $0.count + $0.reduce(0) { $0 + ($1.suppressed ?? 0) } == 61 }
            )
            #expect(entries.count < 61)
            #expect((entries.last?.suppressed ?? 0) > 0)
        }
    }

    @Test("Four eyes: whom a gate's rule refuses is denied")
    func fourEyes() async throws {
        let workflow = Workflow.scanned
        try await TestAPI.with(workflow: workflow) { api in
            let fleet = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let (ana, bob) = (
                try await api.token("ana", roles: [.admin]), try await api.token("bob", roles: [.approver])
            )
            let start = StartCycle(workflow: "four-eyes", openNow: true, by: nil)
            let id = try await api.post("/api/v1/cycles", start, token: ana).decode(CycleStarted.self).id
            try await Fleet.carryOut(fleet.agents, of: api.controlPlane)
            let digest = try await api.controlPlane.gate(of: "scan", in: id).planDigest ?? ""
            func approve(_ token: String) async throws -> TestResponse {
                let body = ApproveStage(stage: "scan", planDigest: digest, reason: nil, by: nil)
                return try await api.post("/api/v1/cycles/\(id)/approvals", body, token: token)
            }
            let own = try await approve(ana)
            #expect(own.status == .conflict)
            #expect(try own.problem().code == "own-request")
            let plain = try await api.token("carl", roles: [.operator])
            #expect(try await approve(plain).problem().code == "role-missing")
            #expect(try await approve(bob).status == .ok)
            let codes = try await api.controlPlane.eventually(
                "audited",
                {
                    try await api.get("/api/v1/audit?last=1000").decode(AuditPage.self).entries.compactMap(\.entry.code)
                },
                until: { $0.count >= 2 }
            )
            #expect(Set(codes) == ["own-request", "role-missing"])
        }
    }
}

private enum Workflow {
    /// Its first gate asks for an approver who did not start the cycle.
    static let scanned = """
        workflow: four-eyes
        sites: [{ name: Frankfurt, zone: Europe/Berlin }]
        baselines:
          - { name: base, os: DEBIAN, patch-groups: "*", rules: [{ classification: "*" }] }
        stages:
          - scan:
              window: { opens: now, duration: 1h, cutoff: 10m }
              gate: { approve: { by: 1, role: approver, other-than-requester: true } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 3h, cutoff: 1h }
              concurrency: 1
              errors: 0
          - report: {}
        """
}
