package import AgentProtocol
package import Time

/// What becomes of an order that was fetched.
package enum Reception: Equatable, Sendable {
    /// New: its run begins.
    case take(Order)
    /// It ended before; its stored result is sent again and nothing runs.
    case repeated(Report)
    /// Not done; the report says why, if the order's id can be read.
    case refuse(OrderRefusal, report: Report?)
}

extension AgentState {
    /// How to receive an order; none is under way, for the next is fetched when the last has ended.
    ///
    /// - Parameter host: what the host itself says to it.
    package func receive(
        _ envelope: OrderEnvelope,
        through gate: OrderGate,
        allowedBy host: HostGuard = HostGuard(),
        at now: Timestamp
    ) -> Reception {
        let order: Order
        do {
            order = try gate.open(envelope, at: now)
        } catch {
            return refuse(error, at: now)
        }
        if let end = result(of: order.id) { return .repeated(end) }
        if let refusal = replay(of: order, at: now) { return refuse(refusal, at: now) }
        do {
            return .take(try host.narrowed(order, at: now))
        } catch {
            return refuse(error, at: now)
        }
    }

    /// How much earlier than the newest one an order may be given: two control planes' clocks, each as far off as a host's may be.
    package static let reordering = Order.clockTolerance * 2

    /// Why the order comes too late to be taken: a later one was.
    ///
    /// What the newest one says of times to come is not believed: clocks that were set back keep no order out for long.
    private func replay(of order: Order, at now: Timestamp) -> OrderRefusal? {
        guard let newest, order.issued < min(newest, now) - Self.reordering else { return nil }
        let detail =
            "the order is of \(order.issued), and one of \(newest) was taken already: orders come in the order they are given in"
        return OrderRefusal(order: order.id, .replayed, detail)
    }

    private func refuse(_ refusal: OrderRefusal, at now: Timestamp) -> Reception {
        guard let order = refusal.order else { return .refuse(refusal, report: nil) }
        // A genuine order that ended is known by its id even when its time has passed since; a forged copy of one must not
        // speak in its name.
        if let end = result(of: order) { return refusal.isBinding ? .repeated(end) : .refuse(refusal, report: nil) }
        let fact = HostRunFact.refused(reason: refusal.reason, detail: refusal.detail)
        return .refuse(refusal, report: Report(order: order, sequence: 1, at: now, fact: fact))
    }
}
