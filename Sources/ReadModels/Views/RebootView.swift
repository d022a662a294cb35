import Domain
package import Time

/// A node's last reboot and its proof.
package struct RebootView: Codable, Equatable, Sendable {
    /// When by the node's clock.
    package var at: Timestamp
    /// `announced`, `confirmed`, `same-boot`, `old-kernel`, `degraded`, `never-came-back` or `unordered`.
    package var outcome: String
    /// The order that it belongs to; nil for an unordered one.
    package var order: String?
    package var bootBefore: String
    /// nil as long as nobody has heard of one.
    package var bootAfter: String?
    package var kernelBefore: String
    package var kernelAfter: String?
    /// nil where no order says.
    package var expectedKernel: String?
    package var reasons: [String]
    /// What speaks against it, in words.
    package var missing: [String]

    package init(
        at: Timestamp,
        outcome: String,
        order: String?,
        bootBefore: String,
        bootAfter: String?,
        kernelBefore: String,
        kernelAfter: String?,
        expectedKernel: String?,
        reasons: [String],
        missing: [String]
    ) {
        self.at = at
        self.outcome = outcome
        self.order = order
        self.bootBefore = bootBefore
        self.bootAfter = bootAfter
        self.kernelBefore = kernelBefore
        self.kernelAfter = kernelAfter
        self.expectedKernel = expectedKernel
        self.reasons = reasons
        self.missing = missing
    }

    init(_ reboot: NodeReboot) {
        self.init(
            at: reboot.happenedAt,
            outcome: reboot.outcome.rawValue,
            order: reboot.order,
            bootBefore: reboot.before.bootID,
            bootAfter: reboot.after?.bootID,
            kernelBefore: reboot.before.kernel,
            kernelAfter: reboot.after?.kernel,
            expectedKernel: reboot.expectedKernel,
            reasons: reboot.reasons,
            missing: reboot.missing
        )
    }
}
