import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import API

@Suite("Whether what was proved still counts", .timeLimit(.minutes(10)))
struct AuthenticatorTests {
    private static let ana = Principal(
        proof: .identityProvider("https://id.example"),
        name: "ana",
        roles: [.viewer]
    )

    /// What the identity provider says of the token at the time.
    private final class Provider: Sendable {
        let answer = Mutex(Result<Principal, Problem>.success(AuthenticatorTests.ana))

        func current() throws -> Principal { try answer.withLock { $0 }.get() }

        func set(_ answer: Result<Principal, Problem>) { self.answer.withLock { $0 = answer } }
    }

    private static func request(_ token: String) -> Request {
        let head = HTTPRequest(
            method: .get,
            scheme: nil,
            authority: nil,
            path: "/api/v1/events",
            headerFields: [.authorization: "Bearer \(token)"]
        )
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    @Test("A provider's token is asked for anew: one that is over, or says something else, counts no more")
    func identity() async throws {
        try await withControlPlane { controlPlane async throws in
            let provider = Provider()
            let authenticator = Authenticator(
                breakGlass: BreakGlassToken("secret"),
                access: controlPlane.services.access,
                identities: { _ in try provider.current() }
            )
            let request = Self.request("a.b.c")
            #expect(try await authenticator.principal(of: request) == Self.ana)
            #expect(try await authenticator.isCurrent(Self.ana, of: request))
            provider.set(.failure(Problem(status: 401, code: "unauthenticated", detail: "over")))
            #expect(try await !authenticator.isCurrent(Self.ana, of: request))
            provider.set(.success(Principal(proof: Self.ana.proof, name: "ana", roles: [.admin])))
            #expect(try await !authenticator.isCurrent(Self.ana, of: request))
            provider.set(.failure(Problem(status: 503, code: "identity-provider-unavailable", detail: "away")))
            await #expect(throws: Problem.self) { try await authenticator.isCurrent(Self.ana, of: request) }
        }
    }

    @Test("The local account counts as long as the process")
    func breakGlass() async throws {
        try await withControlPlane { controlPlane async throws in
            let access = controlPlane.services.access
            let authenticator = Authenticator(breakGlass: BreakGlassToken("secret"), access: access)
            let request = Self.request("secret")
            #expect(try await authenticator.principal(of: request) == .breakGlass)
            #expect(try await authenticator.isCurrent(.breakGlass, of: request))
        }
    }
}
