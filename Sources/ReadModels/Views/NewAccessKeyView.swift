package import Domain
package import Time

/// A new access key; the only time that its secret is shown.
package struct NewAccessKeyView: Codable, Equatable, Sendable {
    /// What AWS's tools call the access key id.
    package var id: String
    package var name: String
    package var roles: [AccessRole]
    /// nil for all hosts.
    package var scope: AccessScope?
    package var expiresAt: Timestamp
    /// What they call the secret access key.
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
