/// The part of a stage that shares one maintenance window: site × patch group.
package struct Lane: Codable, Equatable, Sendable {
    /// The name of the rollout that works it.
    package var rollout: String
    package var site: String
    package var patchGroup: String
    package var targetCount: Int
    package var window: WindowOccurrence

    package init(rollout: String, site: String, patchGroup: String, targetCount: Int, window: WindowOccurrence) {
        self.rollout = rollout
        self.site = site
        self.patchGroup = patchGroup
        self.targetCount = targetCount
        self.window = window
    }
}

/// How a lane ended.
package struct LaneOutcome: Codable, Equatable, Sendable {
    package var rollout: String
    package var counts: HostRunCounts
    /// The first of the hosts that failed; the rest are in the rollout's events.
    package var failures: [HostFailure]
    /// The errors at which it had halted; nil when it was not halted, or resumed since.
    package var haltErrors: Int?

    package init(rollout: String, counts: HostRunCounts, failures: [HostFailure], haltErrors: Int? = nil) {
        self.rollout = rollout
        self.counts = counts
        self.failures = failures
        self.haltErrors = haltErrors
    }
}

/// A host that failed, and how.
package struct HostFailure: Codable, Equatable, Sendable {
    package var node: String
    /// A ``FailureClass``, a ``RefusalCause``, a ``RebootOutcome``, or `timed-out`.
    package var cause: String
    /// The patches that failed on it, the first of them; nil where none was told.
    package var patches: [PatchFailure]?

    package init(node: String, cause: String, patches: [PatchFailure]? = nil) {
        self.node = node
        self.cause = cause
        self.patches = patches
    }
}

extension HostFailure {
    /// What its cycle keeps of it: the rollout has the rest.
    var withoutOutput: Self {
        Self(node: node, cause: cause, patches: patches?.map { PatchFailure(patch: $0.patch, cause: $0.cause) })
    }
}

/// A patch that failed on a host, and how.
package struct PatchFailure: Codable, Equatable, Sendable {
    package var patch: Patch
    /// Its own class; nil where nobody told.
    package var cause: FailureClass?
    /// The end of what was printed about it.
    package var output: String?

    package init(patch: Patch, cause: FailureClass?, output: String? = nil) {
        self.patch = patch
        self.cause = cause
        self.output = output
    }
}
