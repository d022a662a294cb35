package import Time

/// What somebody repaired on a node's host, beside all orders.
package struct NodeRepair: Codable, Equatable, Sendable {
    /// The name of what was wrong such as `package-database`.
    package var check: String
    /// Whether it is well again.
    package var isRepaired: Bool
    /// What was wrong, and what was done or why it failed.
    package var detail: String
    /// When by the host's clock.
    package var happenedAt: Timestamp

    package init(check: String, isRepaired: Bool, detail: String, happenedAt: Timestamp) {
        self.check = check
        self.isRepaired = isRepaired
        self.detail = detail
        self.happenedAt = happenedAt
    }
}
