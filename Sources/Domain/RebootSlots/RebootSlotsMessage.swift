/// What is wanted of a group's reboot slots.
package enum RebootSlotsMessage: DomainMessage {
    /// From the policy that was applied. Fewer slots than are held take effect as holders release theirs.
    case configure(RebootSlotGroup)
    /// A slot for the holder; who has one keeps it. Asking again is how a lease is renewed and a place in the queue is kept.
    ///
    /// - `mayQueue`: whether a place in the queue is kept for it.
    case ask(holder: String, purpose: String, mayQueue: Bool)
    /// The holder is back.
    ///
    /// - `fence`: of the grant that it gives back; nil for whatever it holds.
    case release(holder: String, fence: Int64?)
    /// From the rollout: the run of the holder's order is over.
    ///
    /// - `isBack`: it proved that its host is up and healthy; otherwise it keeps what it holds.
    case ended(holder: String, order: String, isBack: Bool)
    /// A person frees the slot.
    case free(holder: String, reason: String)
    case wake

    package var kind: String {
        switch self {
        case .configure: "configure"
        case .ask: "ask"
        case .release: "release"
        case .ended: "ended"
        case .free: "free"
        case .wake: "wake"
        }
    }
}

/// Why a group does not do what a message wants.
package enum RebootSlotsRefusal: DomainRefusal {
    case unknownGroup
    case notHeld(holder: String, group: String)

    package var code: String {
        switch self {
        case .unknownGroup: "reboot-slots-unknown"
        case .notHeld: "reboot-slot-not-held"
        }
    }

    package var detail: String {
        switch self {
        case .unknownGroup:
            "no policy has reboot slots of this name; see `ringmaster slots ls`, or apply a policy that has them"
        case .notHeld(let holder, let group):
            "cannot release: \(holder) holds no reboot slot of \(group); see `ringmaster slots show \(group)`"
        }
    }
}
