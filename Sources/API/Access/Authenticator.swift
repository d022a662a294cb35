import AgentProtocol
package import ControlPlane
package import Domain
import HTTPTypes
import Hummingbird

/// Tells who sends a request of an operator, by its bearer token.
package struct Authenticator: Sendable {
    /// Whose a token of an identity provider is.
    ///
    /// - Throws: ``Problem`` 401 with what is wrong with it, 503 while that cannot be told.
    package typealias IdentityVerifier = @Sendable (_ token: String) async throws -> Principal

    /// Longest token that is looked at, in bytes.
    private static let maximumBytes = 8_192

    private let breakGlass: BreakGlassToken
    private let access: AccessService
    private let identities: IdentityVerifier?

    /// - Parameter identities: nil where no identity provider is trusted.
    package init(breakGlass: BreakGlassToken, access: AccessService, identities: IdentityVerifier? = nil) {
        self.breakGlass = breakGlass
        self.access = access
        self.identities = identities
    }

    /// - Throws: ``Problem`` 401 for nobody that is known, 503 while that cannot be told.
    func principal(of request: Request) async throws -> Principal {
        guard let token = Self.token(of: request) else { throw Self.unauthenticated }
        if breakGlass.matches(token) { return .breakGlass }
        if token.hasPrefix(AccessService.secretPrefix) {
            let source = RequestSource.address
            if let principal = try await access.principal(ofSecret: token, from: source) { return principal }
        } else if let identities, token.count(where: { $0 == "." }) == 2 {
            return try await identities(token)
        }
        throw Self.unauthenticated
    }

    /// Whether what the principal of a request proved itself with still counts.
    ///
    /// - Throws: ``Problem`` 503 while that cannot be told.
    func isCurrent(_ principal: Principal, of request: Request) async throws -> Bool {
        guard case .identityProvider = principal.proof, let identities, let token = Self.token(of: request) else {
            return try await access.isCurrent(principal)
        }
        do {
            return try await identities(token) == principal
        } catch let problem as Problem where problem.status == 401 {
            return false
        }
    }

    private static func token(of request: Request) -> String? {
        let scheme = "Bearer "
        guard let header = request.headers[.authorization], header.hasPrefix(scheme),
            header.utf8.count <= maximumBytes
        else { return nil }
        return String(header.dropFirst(scheme.count))
    }

    static let unauthenticated = Problem(
        status: 401,
        code: "unauthenticated",
        detail:
            "this needs a token that is valid: an admin makes one with `ringmaster token create`, and the server keeps the "
            + "local account's in operator.token of its data folder; name the token's file with --token-file"
    )
}
