package import Time

/// The API's tokens.
package struct AccessBook: EventSourced {
    /// Tokens at a time: each server process has them all in memory.
    package static let mostTokens = 1_000
    /// How long one that counts no more is still listed.
    static let remembrance = Duration.seconds(30 * 86_400)

    /// In the order in which they were made; those that ended long ago are gone.
    package private(set) var tokens: [IssuedToken] = []

    package init() {}

    package var wakeAt: Timestamp? { nil }

    /// The token with that secret, whether it counts or not.
    ///
    /// - Parameter secretSHA256: lower-case hexadecimal.
    package func token(ofSecret secretSHA256: String) -> IssuedToken? {
        tokens.first { $0.token.secretSHA256 == secretSHA256 }
    }

    package func decide(
        _ message: AccessMessage,
        now: Timestamp,
        actor: String
    ) throws(AccessBookRefusal) -> [AccessEvent] {
        switch message {
        case .create(let token):
            guard !tokens.contains(where: { $0.token.id == token.id }) else { throw .exists(id: token.id) }
            guard token.expires > now, !token.roles.isEmpty else { throw .useless(id: token.id) }
            guard tokens.count(where: { $0.isValid(at: now) }) < Self.mostTokens else { throw .tooMany }
            return [.tokenCreated(token, by: actor, at: now)]
        case .revoke(let id, let reason):
            guard let issued = tokens.first(where: { $0.token.id == id }) else { throw .unknown(id: id) }
            return issued.revocation == nil ? [.tokenRevoked(id: id, reason: reason, by: actor, at: now)] : []
        case .use(let id, let source):
            return tokens.contains { $0.token.id == id } ? [.tokenUsed(id: id, source: source, at: now)] : []
        case .wake: return []
        }
    }

    package mutating func evolve(_ event: AccessEvent) {
        switch event {
        case .tokenCreated(let token, let by, let at):
            tokens.removeAll { $0.end + Self.remembrance < at }
            tokens.append(IssuedToken(token: token, createdBy: by, createdAt: at))
        case .tokenRevoked(let id, let reason, let by, let at):
            change(id) { $0.revocation = IssuedToken.Revocation(reason: reason, by: by, at: at) }
        case .tokenUsed(let id, let source, let at):
            change(id) { $0.lastUse = IssuedToken.Use(at: at, source: source) }
        }
    }

    private mutating func change(_ id: String, _ body: (inout IssuedToken) -> Void) {
        guard let index = tokens.firstIndex(where: { $0.token.id == id }) else { return }
        body(&tokens[index])
    }

    package func effects(of event: AccessEvent) -> [AccessEffect] { [] }
}
