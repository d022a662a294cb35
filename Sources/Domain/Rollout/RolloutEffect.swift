package import Time

/// What an event of a rollout asks of the world.
package enum RolloutEffect: Equatable, Sendable {
    /// An order for the target at the index; its id is ``OrderID`` of both.
    case order(index: Int, attempt: Int, expires: Timestamp)
    /// The host run has ended: its order is over or void.
    case retractOrder(index: Int, attempt: Int)
    /// The host run is not wanted any more: its host ends it where that does no harm, and says how.
    case withdrawOrder(index: Int, attempt: Int)
    case tell(cycle: String, CycleMessage)
    case tellNode(String, NodeMessage)
    /// The group of reboot slots of that name.
    case tellSlots(String, RebootSlotsMessage)
    /// The rollout was aborted before it was opened: its cycle, known by the rollout's name, hears that the lane has ended.
    case tellUnopened
}
