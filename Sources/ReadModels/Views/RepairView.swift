import Domain
package import Time

/// What somebody repaired on a node's host.
package struct RepairView: Codable, Equatable, Sendable {
    /// When by the node's clock.
    package var at: Timestamp
    /// The name of what was wrong such as `package-database`.
    package var check: String
    package var isRepaired: Bool
    package var detail: String

    package init(at: Timestamp, check: String, isRepaired: Bool, detail: String) {
        self.at = at
        self.check = check
        self.isRepaired = isRepaired
        self.detail = detail
    }

    init(_ repair: NodeRepair) {
        self.init(
            at: repair.happenedAt,
            check: repair.check,
            isRepaired: repair.isRepaired,
            detail: repair.detail
        )
    }
}
