import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import ReadModels
import Testing
import Time

@Suite("Tokens of the API", .serialized, .timeLimit(.minutes(10)))
struct AccessTests {
    private static let request = CreateToken(
        name: "ana",
        roles: [.operator],
        scope: AccessScope(sites: ["Oslo"]),
        expiresInSeconds: 86_400,
        by: "root"
    )

    @Test("A token that one server made is known to another, and so is its revocation, in time")
    func severalServers() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { first in
                try await deployment.serve { second in
                    let token = try await first.services.access.create(Self.request, key: nil)
                    func principal() async throws -> Principal? {
                        try await second.services.access.principal(ofSecret: token.secret, from: "192.0.2.1")
                    }
                    let known = try #require(try await principal())
                    #expect(known.name == "ana" && known.roles == [.operator] && known.scope.sites == ["Oslo"])
                    #expect(known.id == "token/\(token.id)")
                    _ = try await first.services.access.revoke(token.id, RevokeToken(reason: "x", by: "root"), key: nil)
                    #expect(try await first.services.access.principal(ofSecret: token.secret, from: nil) == nil)
                    _ = try await second.eventually("revoked", principal, until: { $0 == nil })
                }
            }
        }
    }

    @Test("When a token was last used, and from where, is told once an hour, and once a minute from other addresses")
    func uses() async throws {
        try await withControlPlane { controlPlane in
            let access = controlPlane.services.access
            let token = try await access.create(Self.request, key: nil)
            func use(from source: String) async throws {
                _ = try #require(try await access.principal(ofSecret: token.secret, from: source))
            }
            func told(_ count: Int) async throws -> TokenView {
                let events = try await controlPlane.eventually(
                    "told",
                    { try await controlPlane.reader.events(of: StreamID("access/fleet")) },
                    until: { $0.count { $0.event.type == "access.token-used.v1" } >= count }
                )
                #expect(events.count { $0.event.type == "access.token-used.v1" } == count)
                return try #require(try await access.list().first)
            }
            for _ in 1...3 { try await use(from: "192.0.2.1") }
            #expect(try await told(1).lastUse?.source == "192.0.2.1")
            try await use(from: "192.0.2.2")
            controlPlane.clock.skip(.seconds(60))
            try await use(from: "192.0.2.2")
            #expect(try await told(2).lastUse?.source == "192.0.2.2")
            controlPlane.clock.skip(.seconds(3_600))
            try await use(from: "192.0.2.2")
            _ = try await told(3)
        }
    }

    @Test("The secret is nowhere in the database")
    func secret() async throws {
        try await withControlPlane { controlPlane in
            let token = try await controlPlane.services.access.create(Self.request, key: nil)
            let events = try await controlPlane.reader.events(of: StreamID("access/fleet"))
            #expect(events.count == 1)
            #expect(events.allSatisfy { !$0.event.data.contains(token.secret.dropFirst(3)) })
        }
    }

    @Test("Who sends too much waits, and nobody else does")
    func rate() async throws {
        try await withControlPlane { controlPlane in
            let access = controlPlane.services.access
            let busy = Principal(proof: .token("tok-1"), name: "busy", roles: [.viewer])
            let other = Principal(proof: .token("tok-2"), name: "busy", roles: [.viewer])
            var refused: Problem?
            // More than a second's, and however slow the machine is, more than what is emptied meanwhile.
            for _ in 0..<1_000_000 where refused == nil {
                do throws(Problem) { try access.spend(by: busy) } catch { refused = error }
            }
            let problem = try #require(refused)
            #expect(problem.status == 429 && problem.code == "too-many-requests")
            #expect(problem.retryAfterSeconds == 1)
            try access.spend(by: other)
            controlPlane.clock.skip(.seconds(1))
            try access.spend(by: busy)
        }
    }
}
