import AgentProtocol
import FoundationEssentials
import Logging
import Time

/// The keys of an identity provider, fetched when they are needed and at most once a minute.
actor SigningKeys {
    /// How long keys are believed without asking again: one that the provider has taken back counts no longer than that.
    private static let lifetime = Duration.seconds(600)
    /// How long they are believed while the provider does not answer.
    private static let lifetimeWithoutProvider = Duration.seconds(86_400)
    /// The rest between two questions, whatever tokens name.
    private static let rest = Duration.seconds(60)

    private let issuer: String
    private let fetch: @Sendable (String) async throws -> [UInt8]
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    private var keys: [String: SigningKey] = [:]
    /// What the keys were found by.
    private var description: ProviderDescription?
    private var loadedAt: Timestamp?
    private var askedAt: Timestamp?
    /// The question under way: all who need its answer wait for it.
    private var question: Task<Void, Never>?

    init(
        issuer: String,
        fetch: @escaping @Sendable (String) async throws -> [UInt8],
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.issuer = issuer
        self.fetch = fetch
        self.now = now
        self.logger = logger
    }

    /// nil where the provider has no such key, as far as was asked.
    ///
    /// - Throws: ``Problem`` 503 while nothing is known of its keys.
    func key(_ name: String) async throws -> SigningKey? {
        if keys[name] == nil || !isLoaded(within: Self.lifetime) { await refresh() }
        guard isLoaded(within: Self.lifetimeWithoutProvider) else { throw unavailable }
        return keys[name]
    }

    /// What the provider says of itself.
    ///
    /// - Throws: ``Problem`` 503 while it is not known.
    func providerDescription() async throws -> ProviderDescription {
        if !isLoaded(within: Self.lifetime) { await refresh() }
        guard isLoaded(within: Self.lifetimeWithoutProvider), let description else { throw unavailable }
        return description
    }

    // MARK: - Steps

    private var unavailable: Problem {
        let detail =
            "the keys of the identity provider \(issuer) are not known, so that no token of it can be judged; the server's "
            + "log has the reason; try again in a minute"
        return Problem(status: 503, code: "identity-provider-unavailable", detail: detail, retryAfterSeconds: 60)
    }

    private func isLoaded(within lifetime: Duration) -> Bool {
        loadedAt.map { now() < $0 + lifetime } ?? false
    }

    private func refresh() async {
        if let question { return await question.value }
        if let askedAt, now() < askedAt + Self.rest { return }
        askedAt = now()
        let question = Task { await ask() }
        self.question = question
        await question.value
        self.question = nil
    }

    private func ask() async {
        do {
            let found = try await ProviderDescription.load(issuer, fetch: fetch)
            keys = try SigningKey.keys(inSet: try await fetch(found.keySet))
            (description, loadedAt) = (found, now())
        } catch {
            logger.warning(
                "keys of the identity provider not fetched",
                metadata: ["oidc.issuer": "\(issuer)", "error": "\(error)"]
            )
        }
    }
}
