package import Domain
package import Time

/// One stage of a cycle.
package struct StageView: Codable, Equatable, Sendable {
    package var name: String
    /// `scan`, `install`, `run` or `report`.
    package var kind: String
    /// `pending`, `opening`, `running`, `gate`, `done`, `skipped`; `failed` or `aborted` where its cycle ended so.
    package var state: String
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// What must hold before the next stage; nil when nothing must.
    package var gate: GateView?
    package var lanes: [LaneView]
    package var counts: CountsView
    /// What a report stage has written where it says; nil where it says nothing.
    package var files: [ReportFile]?

    package init(
        name: String,
        kind: String,
        state: String,
        startedAt: Timestamp?,
        endedAt: Timestamp?,
        gate: GateView?,
        lanes: [LaneView],
        counts: CountsView,
        files: [ReportFile]? = nil
    ) {
        self.name = name
        self.kind = kind
        self.state = state
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.gate = gate
        self.lanes = lanes
        self.counts = counts
        self.files = files
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
    /// The decision to go on although too many hosts failed, or none succeeded.
    package var waiver: ResumptionView?
    /// nil where nothing soaks.
    package var soakUntil: Timestamp?
    /// As the definition lists them; nil when it asks none.
    package var checks: [CheckView]?
    /// One short phrase for each thing that does not hold yet.
    package var waitsFor: [String]

    package init(
        state: String,
        planDigest: String?,
        approvalsNeeded: Int,
        approvals: [ApprovalView],
        waiver: ResumptionView? = nil,
        soakUntil: Timestamp?,
        checks: [CheckView]? = nil,
        waitsFor: [String]
    ) {
        self.state = state
        self.planDigest = planDigest
        self.approvalsNeeded = approvalsNeeded
        self.approvals = approvals
        self.waiver = waiver
        self.soakUntil = soakUntil
        self.checks = checks
        self.waitsFor = waitsFor
    }
}

/// One person's recorded decision.
package struct ApprovalView: Codable, Equatable, Sendable {
    package var by: String
    package var at: Timestamp
    package var planDigest: String
    package var reason: String?

    package init(by: String, at: Timestamp, planDigest: String, reason: String? = nil) {
        self.by = by
        self.at = at
        self.planDigest = planDigest
        self.reason = reason
    }
}

/// A person's decision to let a held cycle go on.
package struct ResumptionView: Codable, Equatable, Sendable {
    package var by: String
    package var reason: String?
    package var at: Timestamp

    package init(by: String, reason: String?, at: Timestamp) {
        self.by = by
        self.reason = reason
        self.at = at
    }
}
