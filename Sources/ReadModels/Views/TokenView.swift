package import Domain
package import Time

/// A token of the API or an access key, without its secret.
package struct TokenView: Codable, Equatable, Sendable {
    package var id: String
    package var name: String
    package var roles: [AccessRole]
    /// nil for all hosts.
    package var scope: AccessScope?
    /// `valid`, `expired` or `revoked`.
    package var state: String
    package var createdBy: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var revocation: IssuedToken.Revocation?
    package var lastUse: IssuedToken.Use?

    /// - Parameter now: the time by which its state is told.
    package init(_ issued: IssuedToken, at now: Timestamp) {
        id = issued.token.id
        name = issued.token.name
        roles = issued.token.roles
        scope = issued.token.scope
        state = issued.isValid(at: now) ? "valid" : issued.revocation == nil ? "expired" : "revoked"
        createdBy = issued.createdBy
        createdAt = issued.createdAt
        expiresAt = issued.token.expires
        revocation = issued.revocation
        lastUse = issued.lastUse
    }
}

/// A new token or access key; the only time that its secret is shown.
package struct NewTokenView: Codable, Equatable, Sendable {
    package var id: String
    package var name: String
    package var roles: [AccessRole]
    package var scope: AccessScope?
    package var expiresAt: Timestamp
    /// Of a token `rm_` and 256 bits in hexadecimal, of an access key 240 bits in base64; the control plane keeps only a hash of it.
    package var secret: String

    package init(_ token: AccessToken, secret: String) {
        id = token.id
        name = token.name
        roles = token.roles
        scope = token.scope
        expiresAt = token.expires
        self.secret = secret
    }
}
