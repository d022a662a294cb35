package import Time

/// What is wanted of the API's tokens.
package enum AccessMessage: DomainMessage {
    case create(AccessToken)
    /// Again it changes nothing.
    case revoke(id: String, reason: String)
    /// From a server process: somebody has used it, at most once an hour from one address.
    case use(id: String, source: String?)
    case wake

    package var kind: String {
        switch self {
        case .create: "create"
        case .revoke: "revoke"
        case .use: "use"
        case .wake: "wake"
        }
    }
}

/// What happened to the API's tokens.
package enum AccessEvent: DomainEvent {
    case tokenCreated(AccessToken, by: String, at: Timestamp)
    case tokenRevoked(id: String, reason: String, by: String, at: Timestamp)
    case tokenUsed(id: String, source: String?, at: Timestamp)

    package var type: String {
        switch self {
        case .tokenCreated: "access.token-created.v1"
        case .tokenRevoked: "access.token-revoked.v1"
        case .tokenUsed: "access.token-used.v1"
        }
    }
}

/// Tokens ask nothing of the world.
package enum AccessEffect: Equatable, Sendable {}

/// Why a token is not made or revoked.
package enum AccessBookRefusal: DomainRefusal {
    case exists(id: String)
    case useless(id: String)
    case tooMany
    case unknown(id: String)

    package var code: String {
        switch self {
        case .exists: "token-exists"
        case .useless: "token-useless"
        case .tooMany: "too-many-tokens"
        case .unknown: "token-not-found"
        }
    }

    package var detail: String {
        switch self {
        case .exists(let id):
            "cannot make token \(id): it exists already, and its secret was shown when it was made; make another with "
                + "another Idempotency-Key"
        case .useless(let id):
            "cannot make token \(id): it would have no role or be expired from the start"
        case .tooMany:
            "cannot make another token: \(AccessBook.mostTokens) are in use; revoke those that nobody needs"
        case .unknown(let id):
            "cannot revoke token \(id): there is none; `ringmaster token ls` lists them by id"
        }
    }
}
