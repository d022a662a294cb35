/// What identifies one boot of a host.
package struct BootFacts: Codable, Equatable, Sendable {
    /// The kernel's random boot id (or the content of the configured boot-identity file).
    package var bootID: String
    /// `uname -r`.
    package var kernel: String

    package init(bootID: String, kernel: String) {
        self.bootID = bootID
        self.kernel = kernel
    }
}

/// A reboot and its proof.
package struct RebootResult: Codable, Equatable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        case confirmed
        /// The reboot command ran and the host is still in the same boot.
        case sameBoot = "same-boot"
        /// The host is in another boot and does not run the newest installed kernel of its flavour.
        case oldKernel = "old-kernel"
        /// The host is in another boot and lacks something that it offered before.
        case degraded
    }

    package var before: BootFacts
    package var after: BootFacts
    package var outcome: Outcome
    /// Why a reboot was needed such as `linux-image-amd64 asks for a reboot`.
    package var reasons: [String]
    /// What was there before the reboot and is not any more, in words; nil when nothing.
    package var missing: [String]?
    /// Of an old kernel, whether the order installed a kernel; nil from agents that do not tell.
    package var isKernelOrdered: Bool?

    package init(
        before: BootFacts,
        after: BootFacts,
        outcome: Outcome,
        reasons: [String],
        missing: [String]? = nil,
        isKernelOrdered: Bool? = nil
    ) {
        self.before = before
        self.after = after
        self.outcome = outcome
        self.reasons = reasons
        self.missing = missing
        self.isKernelOrdered = isKernelOrdered
    }
}
