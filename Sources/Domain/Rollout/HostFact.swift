/// What can happen to a host run, as its agent sees it.
package enum HostFact: Equatable, Sendable {
    case accepted
    case refused(RefusalCause, detail: String)
    case installing
    case rebooting(BootIdentity)
    case verifying(BootIdentity)
    /// A scan is done; its inventory has this digest.
    case scanned(inventory: String)
    /// An install is done and rescanned; whether it is a success is for the rollout to judge.
    case installed(inventory: String, patches: [PatchOutcome], reboot: RebootProof?)
    /// The document has been run; a class, and what it was about, when it failed.
    case ran(FailureClass?, detail: String?)
    case failed(FailureClass, detail: String, inventory: String?, patches: [PatchOutcome])

    package var name: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .installing: "installing"
        case .rebooting: "rebooting"
        case .verifying: "verifying"
        case .scanned: "scanned"
        case .installed: "installed"
        case .ran: "ran"
        case .failed: "failed"
        }
    }

    /// The digest of the inventory that the host uploaded before it reported this.
    package var inventory: String? {
        switch self {
        case .scanned(let inventory), .installed(let inventory, _, _): inventory
        case .failed(_, _, let inventory, _): inventory
        case .accepted, .refused, .installing, .rebooting, .verifying, .ran: nil
        }
    }
}

/// Why an agent refused an order.
package enum RefusalCause: String, Codable, Sendable, CaseIterable {
    case badSignature = "bad-signature"
    case malformed
    case unknownVersion = "unknown-version"
    case otherNode = "other-node"
    case expired, replayed
    case windowNotOpen = "window-not-open"
    case pastCutoff = "past-cutoff"
    case notAsPlanned = "not-as-planned"
    case businessHours = "business-hours"
    case freeze, clock
    /// The control plane did not want it any more.
    case withdrawn
    case hostLimits = "host-limits"

    /// Whether it uses up the error budget: what is wrong with the order, the plan or the host does, bad timing does not.
    package var isError: Bool {
        switch self {
        case .badSignature, .malformed, .unknownVersion, .otherNode, .replayed, .notAsPlanned, .clock, .hostLimits: true
        case .expired, .windowNotOpen, .pastCutoff, .businessHours, .freeze, .withdrawn: false
        }
    }
}

/// The class of a failed host run.
package enum FailureClass: String, Codable, Sendable, CaseIterable {
    case repository, lock, disk, conflict, script, signature, network, timeout, interrupted
    case vanishedVersion = "vanished-version"
    case rebootFailed = "reboot-failed"
    case windowClosed = "window-closed"
    /// Ended before its time, because the control plane did not want it any more.
    case cancelled
    case unknown
}

/// What identifies one boot of a host.
package struct BootIdentity: Codable, Equatable, Sendable {
    package var bootID: String
    package var kernel: String

    package init(bootID: String, kernel: String) {
        self.bootID = bootID
        self.kernel = kernel
    }
}

/// A reboot and how it is known to have taken.
package struct RebootProof: Codable, Equatable, Sendable {
    package var before: BootIdentity
    package var after: BootIdentity
    package var isConfirmed: Bool
    package var reasons: [String]
    /// Why it is not confirmed; nil when it is, and from agents that do not tell.
    package var outcome: RebootOutcome?
    /// What speaks against it, in words; nil when nothing.
    package var missing: [String]?
    /// Of an old kernel, whether the order installed a kernel.
    package var isKernelOrdered: Bool?

    package init(
        before: BootIdentity,
        after: BootIdentity,
        isConfirmed: Bool,
        reasons: [String],
        outcome: RebootOutcome? = nil,
        missing: [String]? = nil,
        isKernelOrdered: Bool? = nil
    ) {
        self.before = before
        self.after = after
        self.isConfirmed = isConfirmed
        self.reasons = reasons
        self.outcome = outcome
        self.missing = missing
        self.isKernelOrdered = isKernelOrdered
    }

    /// The cause of the failure that it makes of a run; nil when it makes none.
    ///
    /// A kernel that did not take is the run's failure where the run installed one. A host that lacks what it offered before is always
    /// one: whether the patches are to blame is for a person to find out before they go to more hosts.
    package var failure: String? {
        if isConfirmed || outcome == .oldKernel && isKernelOrdered == false { return nil }
        return outcome?.rawValue ?? FailureClass.rebootFailed.rawValue
    }
}

/// One ordered patch and what became of it.
package struct PatchOutcome: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case installed
        case alreadyInstalled = "already-installed"
        case notApplicable = "not-applicable"
        case pendingReboot = "pending-reboot"
        case failed
    }

    package var patch: Patch
    package var state: State
    /// The installed version before the run, nil when it was absent.
    package var before: String?
    package var after: String?
    /// The class of its own failure; nil when it did not fail, or nobody told.
    package var failure: FailureClass?
    /// The end of what was printed about it, at most ``maximumOutput`` bytes; nil as ``failure``.
    package var output: String?

    package static let maximumOutput = 1_000

    package init(
        patch: Patch,
        state: State,
        before: String?,
        after: String?,
        failure: FailureClass? = nil,
        output: String? = nil
    ) {
        self.patch = patch
        self.state = state
        self.before = before
        self.after = after
        self.failure = failure
        self.output = output
    }
}
