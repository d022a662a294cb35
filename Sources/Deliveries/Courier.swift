package import AWSSignature
package import Domain
package import Time

/// Brings notices to the destinations of a policy, by secrets that are this process's alone.
package struct Courier: Sendable {
    private let webhooks: WebhookSender
    private let securityHub: SecurityHubSender

    /// - Parameters:
    ///   - secret: the text of a webhook's secrets by its destination's name, as ``WebhookSecrets`` reads it; nil where there is none.
    ///   - secretPlace: where a person puts it, for messages.
    ///   - credentials: of AWS; nil where there are none.
    ///   - endpoint: of a service that speaks as Security Hub does; nil for AWS's own.
    package init(
        secret: @escaping @Sendable (String) throws -> String?,
        secretPlace: @escaping @Sendable (String) -> String,
        credentials: AWSCredentials?,
        endpoint: String? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        webhooks = WebhookSender(secret: secret, secretPlace: secretPlace, now: now)
        securityHub = SecurityHubSender(credentials: credentials, endpoint: endpoint, now: now)
    }

    /// Brings a notice of a subject, such as `node/mi-…`, to a destination.
    ///
    /// - Returns: what was answered, in a few words.
    /// - Throws: ``DeliveryRefusal`` when another attempt would change nothing; ``DeliveryFailure``.
    package func send(to destination: Destination, _ subject: String, _ notice: Notice) async throws -> String {
        if let webhook = destination.webhook {
            return try await webhooks.send(to: webhook, named: destination.name, subject, notice)
        }
        guard let hub = destination.securityHub else {
            throw DeliveryRefusal("the destination \(destination.name) is neither a webhook nor Security Hub")
        }
        return try await securityHub.send(to: hub, subject, notice)
    }
}

/// Why a notice was not taken this time.
package struct DeliveryFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
