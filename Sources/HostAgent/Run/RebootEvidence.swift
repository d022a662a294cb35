package import AgentProtocol

/// What is known of a reboot from both sides of it.
package struct RebootEvidence: Equatable, Sendable {
    /// How many losses are named.
    package static let maximumMissing = 32

    package var before: BootFacts
    package var after: BootFacts
    /// The kernel that should run now: the newest of the flavour that ran.
    package var expectedKernel: String
    /// A newer kernel of the flavour that runs now is installed.
    package var pendingKernel: String?
    /// The order installed a kernel.
    package var isKernelOrdered: Bool
    /// What the host offers no more, in words.
    package var losses: [String]

    package init(
        before: BootFacts,
        after: BootFacts,
        expectedKernel: String,
        pendingKernel: String? = nil,
        isKernelOrdered: Bool = false,
        losses: [String] = []
    ) {
        self.before = before
        self.after = after
        self.expectedKernel = expectedKernel
        self.pendingKernel = pendingKernel
        self.isKernelOrdered = isKernelOrdered
        self.losses = losses
    }

    /// The one verdict: an old kernel that nobody ordered away yields to what is worse.
    package var outcome: RebootResult.Outcome {
        if before.bootID == after.bootID { return .sameBoot }
        if missingKernel != nil, isKernelOrdered || losses.isEmpty { return .oldKernel }
        return losses.isEmpty ? .confirmed : .degraded
    }

    /// Everything that speaks against the reboot; empty when it is confirmed.
    package var missing: [String] {
        guard outcome != .sameBoot else { return ["the host is still in boot \(after.bootID)"] }
        let kernel = missingKernel.map { "kernel \($0) does not run, \(after.kernel) does" }
        let all = (kernel.map { [$0] } ?? []) + losses
        guard all.count > Self.maximumMissing else { return all }
        return all.prefix(Self.maximumMissing) + ["\(all.count - Self.maximumMissing) more"]
    }

    /// The kernel that should run instead of an older one; a newer one than expected is the host of a container's.
    private var missingKernel: String? {
        pendingKernel ?? (InstalledKernels.isOlder(after.kernel, than: expectedKernel) ? expectedKernel : nil)
    }
}
