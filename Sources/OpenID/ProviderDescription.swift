import FoundationEssentials

/// What a provider says of itself (OpenID Connect Discovery 1.0, 4).
struct ProviderDescription: Decodable, Equatable, Sendable {
    enum CodingKeys: String, CodingKey {
        case issuer
        case keySet = "jwks_uri"
        case authorization = "authorization_endpoint"
        case token = "token_endpoint"
    }

    let issuer: String
    /// Where its keys are.
    let keySet: String
    /// Where browsers are sent to sign in; nil where they cannot.
    let authorization: String?
    /// Where their codes are redeemed.
    let token: String?

    /// - Throws: ``ForeignDiscovery`` for what is another provider's or leads away from TLS.
    static func load(_ issuer: String, fetch: @Sendable (String) async throws -> [UInt8]) async throws -> Self {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let json = try await fetch("\(base)/.well-known/openid-configuration")
        let found = try JSONDecoder().decode(Self.self, from: Data(json))
        guard found.issuer == issuer else { throw ForeignDiscovery(issuer: issuer, found: found.issuer) }
        // No downgrade: what comes or goes over plain HTTP is anybody's.
        let addresses = [found.keySet, found.authorization, found.token].compactMap(\.self)
        if let plain = addresses.first(where: { !$0.hasPrefix("https://") }), !issuer.hasPrefix("http://") {
            throw ForeignDiscovery(issuer: issuer, found: plain)
        }
        return found
    }
}

/// The description is another provider's than was asked for, or leads away from TLS.
private struct ForeignDiscovery: Error, CustomStringConvertible {
    let issuer: String
    let found: String

    var description: String { "the description of \(issuer) names \(found.prefix(200))" }
}
