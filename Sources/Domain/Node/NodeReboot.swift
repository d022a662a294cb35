package import Time

/// What became of a reboot.
package enum RebootOutcome: String, Codable, Sendable, CaseIterable {
    /// The host is about to go down, and has not been heard of since.
    case announced
    case confirmed
    /// The reboot command ran and the host is still in the same boot.
    case sameBoot = "same-boot"
    /// An older kernel runs than the one that should.
    case oldKernel = "old-kernel"
    /// The host lacks something that it offered before.
    case degraded
    /// Announced, and its run ended without a word.
    case neverCameBack = "never-came-back"
    /// Nobody ordered it.
    case unordered
}

/// A reboot of a node, as far as it is known.
package struct NodeReboot: Codable, Equatable, Sendable {
    /// The order that it belongs to; nil for an unordered one.
    package var order: String?
    package var outcome: RebootOutcome
    package var before: BootIdentity
    /// The boot after it; nil as long as nobody has heard of one.
    package var after: BootIdentity?
    /// The kernel that should run after it; nil where no order says.
    package var expectedKernel: String?
    package var reasons: [String]
    /// What speaks against it, in words.
    package var missing: [String]
    /// Of an announced reboot, what the host offers before it.
    package var condition: NodeCondition?
    /// When by the host's clock.
    package var happenedAt: Timestamp

    package init(
        order: String?,
        outcome: RebootOutcome,
        before: BootIdentity,
        after: BootIdentity?,
        expectedKernel: String?,
        reasons: [String],
        missing: [String],
        condition: NodeCondition?,
        happenedAt: Timestamp
    ) {
        self.order = order
        self.outcome = outcome
        self.before = before
        self.after = after
        self.expectedKernel = expectedKernel
        self.reasons = reasons
        self.missing = missing
        self.condition = condition
        self.happenedAt = happenedAt
    }
}

/// What a host offers at one moment; a list is nil where nobody can tell.
package struct NodeCondition: Codable, Equatable, Sendable {
    package var failedUnits: [String]?
    /// `ADDRESS:PORT (PROGRAM)`.
    package var sockets: [String]?
    package var mounts: [String]?

    package init(failedUnits: [String]?, sockets: [String]?, mounts: [String]?) {
        self.failedUnits = failedUnits
        self.sockets = sockets
        self.mounts = mounts
    }
}
