import Domain

/// A group's reboot slots by the events alone.
struct SlotsWatch {
    private var slots = 0
    /// By fence: the order that holds it.
    private var held: [Int64: String] = [:]
    private var lastFence: Int64 = 0

    /// Whether a run of the order may be down.
    func isHeld(for order: String) -> Bool { held.values.contains(order) }

    mutating func take(_ event: RebootSlotsEvent, _ world: World) throws(Violation) {
        switch event {
        case .configured(let group, _): slots = group.slots
        case .granted(let holder, _):
            guard held[holder.fence] == nil, holder.fence > lastFence else {
                throw Checker.fail(.slotsHold, "the grant to \(holder.name) has the old fence \(holder.fence)")
            }
            lastFence = holder.fence
            held[holder.fence] = holder.purpose
            guard held.count <= slots else {
                throw Checker.fail(.slotsHold, "\(holder.name) gets one of \(slots) slots, and \(held.count) are held")
            }
        case .released(_, _, let fence, _, _, _): held[fence] = nil
        case .expired(_, _, let fence, _):
            held[fence] = nil
            world.note(.slotExpired)
        case .overdue: world.note(.slotExpired)
        case .queued, .left, .renewed: break
        }
    }
}
