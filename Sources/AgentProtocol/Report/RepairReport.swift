package import Time

/// What somebody had `ringmaster-agent doctor --repair` do to a host, beside all orders.
///
/// Repeatable: equal reports are one.
package struct RepairReport: Codable, Equatable, Sendable {
    /// Longest ``detail`` in bytes.
    package static let maximumDetail = 1_000

    /// When by the host's clock.
    package var at: Timestamp
    /// The doctor's name of what was wrong such as `package-database`.
    package var check: String
    /// Whether it is well again.
    package var isRepaired: Bool
    /// What was wrong, and what was done or why it failed.
    package var detail: String

    package init(at: Timestamp, check: String, isRepaired: Bool, detail: String) {
        self.at = at
        self.check = check
        self.isRepaired = isRepaired
        self.detail = detail
    }
}
