package import Time

/// What is wanted of an activation.
package enum ActivationMessage: DomainMessage {
    case create(ActivationTerms)
    /// The same key again is no second use.
    case use(ActivationRequest)
    /// Nobody enrols with it from then on.
    case delete
    case wake

    package var kind: String {
        switch self {
        case .create: "create"
        case .use: "use"
        case .delete: "delete"
        case .wake: "wake"
        }
    }
}

/// What happened to an activation.
package enum ActivationEvent: DomainEvent {
    case created(ActivationTerms, by: String, at: Timestamp)
    case used(ActivationUse, facts: NodeFacts)
    case deleted(ActivationDeletion)

    package var type: String {
        switch self {
        case .created: "activation.created.v1"
        case .used: "activation.used.v1"
        case .deleted: "activation.deleted.v1"
        }
    }
}

/// What an event of an activation asks of the world.
package enum ActivationEffect: Equatable, Sendable {
    case tell(node: String, NodeMessage)
}

/// Why an activation does not do what a message wants.
package enum ActivationRefusal: DomainRefusal {
    /// There is none of that id, or the code is not its code.
    case unknown
    /// There is none to decide on.
    case absent
    case deleted(activation: String)
    case expired(activation: String, at: Timestamp)
    case usedUp(activation: String, uses: Int)
    case exists(activation: String)
    case useless(activation: String)

    package var code: String {
        switch self {
        case .unknown: "activation-unknown"
        case .absent: "activation-not-found"
        case .deleted: "activation-deleted"
        case .expired: "activation-expired"
        case .usedUp: "activation-used-up"
        case .exists: "activation-exists"
        case .useless: "activation-useless"
        }
    }

    package var detail: String {
        switch self {
        case .unknown:
            "cannot enrol: there is no activation with this id and code; check both, or create another with "
                + "`ringmaster activation create`"
        case .absent: "there is no such activation; check its id"
        case .deleted(let activation):
            "cannot enrol: activation \(activation) was deleted; create another with `ringmaster activation create`"
        case .expired(let activation, let at):
            "cannot enrol: activation \(activation) expired at \(at); create another with `ringmaster activation create`"
        case .usedUp(let activation, let uses):
            "cannot enrol: activation \(activation) was for \(uses) \(uses == 1 ? "host" : "hosts") and is used up; "
                + "create another with `ringmaster activation create`"
        case .exists(let activation):
            "cannot create activation \(activation): it exists already, and its code was shown when it was made; "
                + "create another with another Idempotency-Key"
        case .useless(let activation):
            "cannot create activation \(activation): it would have no uses or be expired from the start; "
                + "give it at least one use and an expiry in the future"
        }
    }
}
