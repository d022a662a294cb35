package import Time

/// A token of the API, or an access key: whom it stands for and what it allows; the secret itself is kept nowhere.
package struct AccessToken: Codable, Equatable, Sendable {
    /// How its holder proves to have the secret.
    package enum Form: String, Codable, Sendable {
        /// An access key: by signing requests with it, as AWS's tools do.
        case accessKey = "access-key"
    }

    /// Its public id.
    package var id: String
    /// Whose it is; several tokens may be one person's.
    package var name: String
    /// Sorted, at least one.
    package var roles: [AccessRole]
    /// nil for all hosts.
    package var scope: AccessScope?
    /// Of the secret, lower-case hexadecimal.
    package var secretSHA256: String
    package var expires: Timestamp
    /// nil for a token: its secret is sent with each request.
    package var form: Form?

    package init(
        id: String,
        name: String,
        roles: [AccessRole],
        scope: AccessScope?,
        secretSHA256: String,
        expires: Timestamp,
        form: Form? = nil
    ) {
        self.id = id
        self.name = name
        self.roles = roles
        self.scope = scope
        self.secretSHA256 = secretSHA256
        self.expires = expires
        self.form = form
    }
}

/// A token, who made it, and whether it still counts.
package struct IssuedToken: Codable, Equatable, Sendable {
    package var token: AccessToken
    package var createdBy: String
    package var createdAt: Timestamp
    package internal(set) var revocation: Revocation?
    /// nil before the first.
    package internal(set) var lastUse: Use?

    /// When it was used, to the hour, and from which address; nil where that is not known.
    package struct Use: Codable, Equatable, Sendable {
        package var at: Timestamp
        package var source: String?
    }

    /// Who took it out of use, and why.
    package struct Revocation: Codable, Equatable, Sendable {
        package var reason: String
        package var by: String
        package var at: Timestamp
    }

    package func isValid(at now: Timestamp) -> Bool { revocation == nil && now < token.expires }

    /// When it ceased to count, or will.
    package var end: Timestamp { min(revocation?.at ?? token.expires, token.expires) }

    package var principal: Principal {
        Principal(
            proof: .token(token.id),
            name: token.name,
            roles: Set(token.roles),
            scope: token.scope ?? .unlimited
        )
    }
}
