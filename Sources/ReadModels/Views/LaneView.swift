package import Time

/// The part of a stage that shares one window: site × patch group, with its rollout's counts.
package struct LaneView: Codable, Equatable, Sendable {
    package var rollout: String
    package var site: String
    package var patchGroup: String
    /// `waiting` (for its window), `running`, `paused`, `halted`, `aborted`, `ended`.
    package var state: String
    package var opens: Timestamp
    package var cutoff: Timestamp
    package var closes: Timestamp
    package var counts: CountsView
    /// Every host where that was asked for, otherwise the first 20 that failed or were refused.
    package var hosts: [HostRunView]

    package init(
        rollout: String,
        site: String,
        patchGroup: String,
        state: String,
        opens: Timestamp,
        cutoff: Timestamp,
        closes: Timestamp,
        counts: CountsView,
        hosts: [HostRunView]
    ) {
        self.rollout = rollout
        self.site = site
        self.patchGroup = patchGroup
        self.state = state
        self.opens = opens
        self.cutoff = cutoff
        self.closes = closes
        self.counts = counts
        self.hosts = hosts
    }
}

/// How many host runs are where.
package struct CountsView: Codable, Equatable, Sendable {
    package var targets: Int
    package var queued: Int
    package var inFlight: Int
    package var succeeded: Int
    /// Failed, or not ended in time; an order that a host found to be wrong has failed, too.
    package var failed: Int
    /// Refused for its time, missed window, cancelled, unknown: ended without success and without failure.
    package var other: Int

    package init(targets: Int, queued: Int, inFlight: Int, succeeded: Int, failed: Int, other: Int) {
        self.targets = targets
        self.queued = queued
        self.inFlight = inFlight
        self.succeeded = succeeded
        self.failed = failed
        self.other = other
    }

    package static let zero = Self(targets: 0, queued: 0, inFlight: 0, succeeded: 0, failed: 0, other: 0)

    package static func + (left: Self, right: Self) -> Self {
        Self(
            targets: left.targets + right.targets,
            queued: left.queued + right.queued,
            inFlight: left.inFlight + right.inFlight,
            succeeded: left.succeeded + right.succeeded,
            failed: left.failed + right.failed,
            other: left.other + right.other
        )
    }
}

/// One host run of a lane.
package struct HostRunView: Codable, Equatable, Sendable {
    package var node: String
    package var name: String
    package var state: String
    /// Why it failed or was refused; told of the first 20 of its lane.
    package var detail: String?

    package init(node: String, name: String, state: String, detail: String?) {
        self.node = node
        self.name = name
        self.state = state
        self.detail = detail
    }
}
