import AgentProtocol
import Time

/// What the host itself says to an order that is genuine and in its window.
package struct HostGuard: Sendable {
    private var limits: Result<HostLimits, AgentFailure>
    /// How far the host's clock is ahead of the control plane's; nil when nobody can tell.
    private var clockOff: Duration?

    /// - Parameters:
    ///   - limits: of the host's owner, or why they cannot be read.
    ///   - clockOff: how far the host's clock is ahead of the control plane's; nil when nobody can tell.
    package init(limits: Result<HostLimits, AgentFailure> = .success(HostLimits()), clockOff: Duration? = nil) {
        self.limits = limits
        self.clockOff = clockOff
    }

    /// The order as this host does it.
    ///
    /// - Throws: where it does not. A scan changes nothing, and is done whatever the host says.
    func narrowed(_ order: Order, at now: Timestamp) throws(OrderRefusal) -> Order {
        guard order.work != .scan else { return order }
        if let clockOff, clockOff > Order.clockTolerance || clockOff < .zero - Order.clockTolerance {
            let side = clockOff > .zero ? "ahead of" : "behind"
            let seconds = abs(clockOff.components.seconds)
            let detail = "this host's clock is \(seconds) seconds \(side) the control plane's, at \(now); set it"
            throw OrderRefusal(order: order.id, .clock, detail)
        }
        switch limits {
        case .success(let limits): return try limits.narrowed(order, at: now)
        case .failure(let failure):
            let detail = "nobody knows what the host's owner allows: \(failure)"
            throw OrderRefusal(order: order.id, .hostLimits, detail)
        }
    }
}
