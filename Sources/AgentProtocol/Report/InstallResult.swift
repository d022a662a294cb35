/// The proof of an install: per patch, by the package database before and after.
package struct InstallResult: Codable, Equatable, Sendable {
    /// Digest of the inventory uploaded after the install (and reboot).
    package var inventory: String
    package var patches: [PatchResult]
    /// Set when the host rebooted in this run.
    package var reboot: RebootResult?

    package init(inventory: String, patches: [PatchResult], reboot: RebootResult?) {
        self.inventory = inventory
        self.patches = patches
        self.reboot = reboot
    }
}

/// One ordered patch and what became of it.
package struct PatchResult: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case installed
        /// It was at this version or newer before the run.
        case alreadyInstalled = "already-installed"
        /// The package is not on this host.
        case notApplicable = "not-applicable"
        /// Installed, and its reboot is still to come (reboot policy `never`).
        case pendingReboot = "pending-reboot"
        case failed
    }

    /// Longest ``output`` in bytes.
    package static let maximumOutput = 1_000

    package var patch: PatchReference
    package var state: State
    /// The installed version before the run, nil when it was absent.
    package var versionBefore: String?
    package var versionAfter: String?
    /// The class of its own failure; nil when it did not fail, or from agents that tell none.
    package var failure: FailureKind?
    /// The end of what was printed about it, without secrets; nil as ``failure``.
    package var output: String?

    package init(
        patch: PatchReference,
        state: State,
        versionBefore: String?,
        versionAfter: String?,
        failure: FailureKind? = nil,
        output: String? = nil
    ) {
        self.patch = patch
        self.state = state
        self.versionBefore = versionBefore
        self.versionAfter = versionAfter
        self.failure = failure
        self.output = output
    }
}
