package import Domain
package import Time

/// A group's reboot slots, as `slots ls` and `slots show` have them.
package struct RebootSlotsView: Codable, Equatable, Sendable {
    package var group: String
    package var slots: Int
    package var leaseSeconds: Int
    package var releaseWhen: RebootSlotGroup.ReleaseRule
    package var fleetLock: Bool
    package var holders: [RebootSlotHolder]
    /// In their turn.
    package var waiting: [RebootSlotWaiter]

    /// nil for a group that no policy has had.
    package init?(_ state: RebootSlots, at moment: Timestamp) {
        guard let group = state.group else { return nil }
        self.group = group.name
        slots = group.slots
        leaseSeconds = group.leaseSeconds
        releaseWhen = group.releaseWhen
        fleetLock = group.isOpenToFleetLock
        holders = state.holders
        waiting = state.waiting(at: moment)
    }
}
