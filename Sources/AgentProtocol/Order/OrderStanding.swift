/// What the control plane says of an order while its host carries it out: `GET /agent/v1/orders/{id}`.
package struct OrderStanding: Codable, Equatable, Sendable {
    /// Its host ends it where that does no harm.
    ///
    /// False too for an order that the control plane does not know.
    package var isWithdrawn: Bool

    package init(isWithdrawn: Bool) { self.isWithdrawn = isWithdrawn }

    /// The target of the request that asks for it.
    package static func target(order: String) -> String { "/agent/v1/orders/\(PathPart.encoded(order))" }
}
