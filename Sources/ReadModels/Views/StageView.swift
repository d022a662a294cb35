package import Time

/// One stage of a cycle.
package struct StageView: Codable, Equatable, Sendable {
    package var name: String
    /// `scan`, `install` or `report`.
    package var kind: String
    /// `pending`, `opening`, `running`, `gate`, `done`, `skipped`.
    package var state: String
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// What must hold before the next stage; nil when nothing must.
    package var gate: GateView?
    package var lanes: [LaneView]
    package var counts: CountsView

    package init(
        name: String,
        kind: String,
        state: String,
        startedAt: Timestamp?,
        endedAt: Timestamp?,
        gate: GateView?,
        lanes: [LaneView],
        counts: CountsView
    ) {
        self.name = name
        self.kind = kind
        self.state = state
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.gate = gate
        self.lanes = lanes
        self.counts = counts
    }
}

/// A gate and what it waits for.
package struct GateView: Codable, Equatable, Sendable {
    /// `pending`, `open` (it waits) or `passed`.
    package var state: String
    /// What an approval must name: the digest of the frozen plan.
    package var planDigest: String?
    package var approvalsNeeded: Int
    package var approvals: [ApprovalView]
    package var soakUntil: Timestamp?
    /// One short phrase for each thing that does not hold yet.
    package var waitsFor: [String]

    package init(
        state: String,
        planDigest: String?,
        approvalsNeeded: Int,
        approvals: [ApprovalView],
        soakUntil: Timestamp?,
        waitsFor: [String]
    ) {
        self.state = state
        self.planDigest = planDigest
        self.approvalsNeeded = approvalsNeeded
        self.approvals = approvals
        self.soakUntil = soakUntil
        self.waitsFor = waitsFor
    }
}

/// One person's recorded decision.
package struct ApprovalView: Codable, Equatable, Sendable {
    package var by: String
    package var at: Timestamp
    package var planDigest: String

    package init(by: String, at: Timestamp, planDigest: String) {
        self.by = by
        self.at = at
        self.planDigest = planDigest
    }
}
