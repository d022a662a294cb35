package import Time

/// A reboot as its host saw it: announced, judged, or found out about.
///
/// Sent beside the reports of runs, for a host may boot without an order, too. Repeatable: equal reports are one.
package struct BootReport: Codable, Equatable, Sendable {
    package enum Outcome: String, Codable, Sendable, CaseIterable {
        /// The reboot command is about to be run.
        case announced
        case confirmed
        case sameBoot = "same-boot"
        case oldKernel = "old-kernel"
        case degraded
        /// The host is in another boot, and no order asked for it.
        case unordered
    }

    /// When by the host's clock.
    package var at: Timestamp
    /// The order that the reboot belongs to; nil for an unordered one.
    package var order: String?
    package var outcome: Outcome
    package var before: BootFacts
    /// The boot after it; nil while it is announced.
    package var after: BootFacts?
    /// The kernel that should run after it; nil where no order says.
    package var expectedKernel: String?
    /// Why the reboot was needed.
    package var reasons: [String]
    /// What was there before and is not any more, in words.
    package var missing: [String]
    /// Of an announced reboot, what the host offers before it.
    package var condition: HostCondition?

    package init(
        at: Timestamp,
        order: String?,
        outcome: Outcome,
        before: BootFacts,
        after: BootFacts?,
        expectedKernel: String? = nil,
        reasons: [String] = [],
        missing: [String] = [],
        condition: HostCondition? = nil
    ) {
        self.at = at
        self.order = order
        self.outcome = outcome
        self.before = before
        self.after = after
        self.expectedKernel = expectedKernel
        self.reasons = reasons
        self.missing = missing
        self.condition = condition
    }
}
