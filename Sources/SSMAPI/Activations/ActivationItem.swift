import Domain
import Time

/// SSM's `Activation`.
struct ActivationItem: Encodable, Sendable {
    var activationId: String
    var description: String?
    var defaultInstanceName: String?
    var iamRole: String?
    var registrationLimit: Int
    var registrationsCount: Int
    var expirationDate: EpochSeconds
    /// By its date alone.
    var expired: Bool
    var createdDate: EpochSeconds?
    /// As they were given: tools compare them.
    var tags: [TagItem]

    /// nil for one that was never created.
    init?(_ activation: Activation, at now: Timestamp) {
        guard let terms = activation.terms else { return nil }
        activationId = terms.activation
        description = terms.description
        defaultInstanceName = terms.labels?.name
        iamRole = terms.labels?.role
        registrationLimit = terms.maxUses
        registrationsCount = activation.uses.count
        expirationDate = EpochSeconds(terms.expires)
        expired = now >= terms.expires
        createdDate = activation.createdAt.map { EpochSeconds($0) }
        tags = TagItem.list(terms.labels?.tags ?? [:])
    }
}
