import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Time

/// The API's way to reboot slots, as agents meet it.
extension Gateway {
    /// Asks for the slot that the order needs; `reply` hears of a grant, of none, or nothing.
    func rebootSlot(
        _ group: RebootSlotGroup,
        for order: Order,
        number: String,
        reply: @escaping (RebootSlotGrant?) -> Void
    ) {
        let stream = RebootSlots.stream(group.name)
        guard slots(group)?.group == group else {
            // As the policy's event would, at first and when a restore has taken that out of the log.
            let id = "configure/\(number)"
            return ask(stream, RebootSlotsMessage.configure(group), id: id, by: "ada") { _ in reply(nil) }
        }
        guard world.store.tables.oldestOrders(for: [order.node]).first?.id == order.id else { return reply(nil) }
        let holder = RebootSlotHolder.name(ofNode: order.node)
        let message = RebootSlotsMessage.ask(holder: holder, purpose: order.id, mayQueue: true)
        ask(stream, message, id: "ask/\(order.id)/\(number)", by: holder) { [self] _ in
            let held = slots(group)?.holding(holder).flatMap { $0.purpose == order.id ? $0 : nil }
            let grant = held.map { held in
                RebootSlotGrant(fence: held.fence, seconds: Int((held.until - world.now).components.seconds))
            }
            world.network.carry { reply(grant) }
        }
    }

    /// Gives a slot back; `reply` hears when that is durable, or nothing.
    func release(_ slot: RebootSlotRelease, of order: Order, reply: @escaping () -> Void) {
        let holder = RebootSlotHolder.name(ofNode: order.node)
        let message = RebootSlotsMessage.release(holder: holder, fence: slot.fence)
        let id = "release/\(order.id)/\(slot.fence)"
        ask(RebootSlots.stream(slot.slot), message, id: id, by: holder) { _ in reply() }
    }

    private func slots(_ group: RebootSlotGroup) -> RebootSlots? {
        do {
            return try world.state(of: RebootSlots.self, group.name)
        } catch {
            world.violate(.foldIsState, "the slots of \(group.name) do not fold: \(error)")
            return nil
        }
    }
}
