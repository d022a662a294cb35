package import Time

/// What happened to a group's reboot slots.
package enum RebootSlotsEvent: DomainEvent {
    case configured(RebootSlotGroup, at: Timestamp)
    /// It waits, or waits still.
    case queued(RebootSlotWaiter, at: Timestamp)
    /// It waits no more, and got nothing: these held the slots.
    case left(holder: String, purpose: String, heldBy: [String], at: Timestamp)
    case granted(RebootSlotHolder, at: Timestamp)
    /// The holder of this fence has asked again, and has its slot until then.
    case renewed(holder: String, fence: Int64, until: Timestamp, at: Timestamp)
    /// `reason`: a person's, who frees it in the holder's place.
    case released(holder: String, purpose: String, fence: Int64, by: String, reason: String?, at: Timestamp)
    /// The lease has ended: the slot is free, and nobody knows whether its holder came back.
    case expired(holder: String, purpose: String, fence: Int64, at: Timestamp)
    /// The lease has ended, and the slot is held until the holder is back.
    case overdue(holder: String, purpose: String, fence: Int64, at: Timestamp)

    package var type: String {
        switch self {
        case .configured: "reboot-slots.configured.v1"
        case .queued: "reboot-slots.queued.v1"
        case .left: "reboot-slots.left.v1"
        case .granted: "reboot-slots.granted.v1"
        case .renewed: "reboot-slots.renewed.v1"
        case .released: "reboot-slots.released.v1"
        case .expired: "reboot-slots.expired.v1"
        case .overdue: "reboot-slots.overdue.v1"
        }
    }

    package var at: Timestamp {
        switch self {
        case .configured(_, let at), .queued(_, let at), .left(_, _, _, let at), .granted(_, let at),
            .renewed(_, _, _, let at), .released(_, _, _, _, _, let at), .expired(_, _, _, let at),
            .overdue(_, _, _, let at):
            at
        }
    }
}
