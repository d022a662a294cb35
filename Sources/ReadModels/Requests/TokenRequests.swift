package import Domain

/// The body of `POST /api/v1/tokens`.
package struct CreateToken: Decision, Codable, Equatable, Sendable {
    /// Whose it is to be: its decisions are recorded under this name.
    package var name: String
    package var roles: [AccessRole]
    /// nil for all hosts.
    package var scope: AccessScope?
    /// From now, at most 366 days.
    package var expiresInSeconds: Int
    package var by: String?

    package init(
        name: String,
        roles: [AccessRole],
        scope: AccessScope? = nil,
        expiresInSeconds: Int,
        by: String? = nil
    ) {
        self.name = name
        self.roles = roles
        self.scope = scope
        self.expiresInSeconds = expiresInSeconds
        self.by = by
    }
}

/// The body of `POST /api/v1/tokens/ID/revoke`.
package struct RevokeToken: Decision, Codable, Equatable, Sendable {
    package var reason: String
    package var by: String?

    package init(reason: String, by: String? = nil) {
        self.reason = reason
        self.by = by
    }
}
