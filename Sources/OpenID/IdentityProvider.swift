import AgentProtocol
package import Domain
import FoundationEssentials
import JWTKit
package import Logging
package import Time

/// An OpenID Connect provider whose signed tokens (JWT, RFC 7519) are believed.
///
/// A token counts when a key of the provider's key set signed it by one of ``SigningKey/Algorithm``, and issuer, audience and times are right. A
/// browser's login (``CodeLogin``) ends in such a token, too.
package struct IdentityProvider: Sendable {
    /// Whom to believe, and what that means here.
    package struct Settings: Sendable {
        /// The provider's issuer URL, exactly as its tokens say it.
        package var issuer: String
        /// What tokens for this control plane say that they are for.
        package var audience: String
        package var roles: RoleMapping
        /// The claim that names who it is; dots lead into objects.
        package var nameClaim: String

        package init(issuer: String, audience: String, roles: RoleMapping, nameClaim: String = "sub") {
            self.issuer = issuer
            self.audience = audience
            self.roles = roles
            self.nameClaim = nameClaim
        }
    }

    /// How far the provider's clock may be off.
    private static let leeway = Duration.seconds(30)

    let settings: Settings
    let keys: SigningKeys
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - fetch: the bytes of an address; it throws when they cannot be had.
    ///   - now: the wall clock.
    package init(
        settings: Settings,
        fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8],
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.settings = settings
        self.now = now
        keys = SigningKeys(issuer: settings.issuer, fetch: fetch, now: now, logger: logger)
    }

    /// Whose the token is, with the roles that its claims give.
    ///
    /// - Throws: ``Problem`` 401 with what is wrong with it, 503 while the provider's keys are not known.
    package func principal(ofToken token: String) async throws -> Principal {
        try principal(of: try await claims(of: token, for: settings.audience))
    }

    /// Whose the token of a browser's login is (OpenID Connect Core 1.0, 3.1.3.7).
    ///
    /// - Parameters:
    ///   - client: the id under which the console is known to the provider.
    ///   - nonce: what the login was begun with.
    /// - Throws: as ``principal(ofToken:)``.
    func principal(ofIDToken token: String, client: String, nonce: String) async throws -> Principal {
        let claims = try await claims(of: token, for: client)
        guard claims["nonce"]?.text == nonce else { throw Self.refuse("it is of another sign-in, by its nonce") }
        // One for several must have been made for this one.
        guard claims["aud"]?.texts.count == 1 || claims["azp"]?.text == client else {
            throw Self.refuse("it was made for another than \(client)")
        }
        return try principal(of: claims)
    }

    // MARK: - Steps

    /// The claims of a token that counts.
    private func claims(of token: String, for audience: String) async throws -> Claims {
        let header = try Self.header(of: token)
        guard let algorithm = SigningKey.Algorithm(rawValue: header.alg) else {
            throw Self.refuse("it is signed by \(header.alg.prefix(20)), which is not taken")
        }
        guard header.crit == nil else { throw Self.refuse("it asks for extensions, and none are known") }
        guard let kid = header.kid else { throw Self.refuse("it names no key") }
        guard let key = try await keys.key(kid) else {
            throw Self.refuse("the identity provider has no key of its name")
        }
        guard key.algorithm == algorithm else { throw Self.refuse("its key is not for \(algorithm.rawValue)") }
        let claims = try await Self.claims(of: token, signedBy: key)
        try check(claims, for: audience)
        return claims
    }

    private func principal(of claims: Claims) throws(Problem) -> Principal {
        guard let name = claims[settings.nameClaim]?.text, ActorName.isFitting(name),
            !ActorName.isSame(name, Principal.breakGlassName)
        else {
            let rule = "1 to 100 characters without spaces or slashes, and not \(Principal.breakGlassName)"
            throw Self.refuse(
                "its claim \(settings.nameClaim) is not a name that a decision can be recorded under: \(rule)"
            )
        }
        return Principal(
            proof: .identityProvider(settings.issuer),
            name: name,
            roles: settings.roles.roles(of: claims)
        )
    }

    private struct Header: Decodable {
        var alg: String
        var kid: String?
        var crit: [String]?
    }

    private static func header(of token: String) throws(Problem) -> Header {
        let part = String(token.prefix { $0 != "." }).replacing("-", with: "+").replacing("_", with: "/")
        let padded = part + String(repeating: "=", count: (4 - part.count % 4) % 4)
        do {
            return try JSONDecoder().decode(Header.self, from: Data(base64Encoded: padded) ?? Data())
        } catch {
            throw refuse("its header cannot be read")
        }
    }

    /// What the signature covers, checked by that key and no other.
    private static func claims(of token: String, signedBy key: SigningKey) async throws -> Claims {
        do {
            return try await JWTKeyCollection().add(jwk: key.jwk).verify(token, as: Claims.self)
        } catch {
            throw refuse("its signature or its claims are not right")
        }
    }

    private func check(_ claims: Claims, for audience: String) throws(Problem) {
        let seconds = Double(now().microseconds) / 1_000_000
        let leeway = Double(Self.leeway.components.seconds)
        guard claims["iss"]?.text == settings.issuer else { throw Self.refuse("it is of another issuer") }
        guard claims["aud"]?.texts.contains(audience) == true else {
            throw Self.refuse("it is not for \(audience)")
        }
        guard let end = claims["exp"]?.number else { throw Self.refuse("it has no end") }
        guard seconds < end + leeway else { throw Self.refuse("it has expired") }
        for name in ["nbf", "iat"] {
            guard let claim = claims[name] else { continue }
            guard let begin = claim.number, begin <= seconds + leeway else {
                throw Self.refuse("it does not count yet, by its claim \(name)")
            }
        }
    }

    private static func refuse(_ reason: String) -> Problem {
        let detail = "this token of the identity provider does not count: \(reason); get another one"
        return Problem(status: 401, code: "unauthenticated", detail: detail)
    }
}
