import Domain

/// What a person decided, or a gate let pass, as the log tells it: a row of `approvals.csv`.
struct Decision: Equatable {
    var decision: String
    var by: String
    var stage = ""
    var planDigest = ""
    var reason = ""
    var detail = ""

    /// nil for an event that is none.
    init?(_ event: CycleEvent) {
        switch event {
        case .started(let start, let by, _):
            self.init(decision: "started", by: by, detail: "\(start.definition.name) \(start.definitionDigest)")
        case .planFrozen(let plan, _): self.init(decision: "plan-frozen", by: "cycle", planDigest: plan.digest)
        case .gateOpened(let stage, let soakUntil, let approvals, _):
            let detail = "approvals needed: \(approvals), soak until \(soakUntil)"
            self.init(decision: "gate-opened", by: "cycle", stage: stage, detail: detail)
        case .gateExceeded(let stage, let counts, _):
            let detail = "\(counts.failed) of \(counts.total) failed"
            self.init(decision: "gate-exceeded", by: "cycle", stage: stage, detail: detail)
        case .checkFailed(let stage, let check, let failures, let found, let limit, _):
            let detail = "\(check): \(found), not \(limit), \(failures) times in a row"
            self.init(decision: "check-failed", by: "cycle", stage: stage, detail: detail)
        case .approved(let stage, let approval):
            self.init(
                decision: "approved",
                by: approval.by,
                stage: stage,
                planDigest: approval.planDigest,
                reason: approval.reason ?? ""
            )
        case .gatePassed(let stage, _): self.init(decision: "gate-passed", by: "cycle", stage: stage)
        case .paused(let reason, let by, _): self.init(decision: "paused", by: by, reason: reason)
        case .resumed(let by, let reason, _, _): self.init(decision: "resumed", by: by, reason: reason ?? "")
        case .abortRequested(let reason, let by, _): self.init(decision: "aborted", by: by, reason: reason)
        case .nodesCancelled(let nodes, let by, _):
            self.init(decision: "nodes-cancelled", by: by, detail: nodes.joined(separator: " "))
        case .patchRejected(let rejection, let by, _):
            self.init(decision: "patch-rejected", by: by, reason: rejection.reason, detail: rejection.entry)
        case .patchAccepted(let entry, let by, _): self.init(decision: "patch-accepted", by: by, detail: entry)
        case .stageOpened, .lanesOpened, .lanesPutOff, .lanesAskedAgain, .laneHalted, .laneEnded, .stageEnded,
            .checkAnswered, .taskFailed,
            .reportWritten, .completed, .aborted, .failed:
            return nil
        }
    }

    /// nil for an event that is none.
    init?(_ event: NodeEvent) {
        switch event {
        case .approved(let by, _): self.init(decision: "node-approved", by: by)
        case .revoked(let revocation):
            self.init(decision: "node-revoked", by: revocation.by, reason: revocation.reason)
        case .labelled(_, let patchGroup, let by, _):
            self.init(decision: "node-labelled", by: by, detail: "patch group \(patchGroup)")
        case .enrolled, .cloned, .keyOffered, .keyChanged, .rebooted, .repaired, .described: return nil
        }
    }

    /// nil for an event that is none.
    init?(_ event: PolicyEvent) {
        switch event {
        case .applied(_, let digest, let by, _): self.init(decision: "policy-applied", by: by, detail: digest)
        case .patchRejected(let rejection, let by, _):
            self.init(decision: "patch-rejected", by: by, reason: rejection.reason, detail: rejection.entry)
        case .patchAccepted(let entry, let reason, let by, _):
            self.init(decision: "patch-accepted", by: by, reason: reason, detail: entry)
        case .rejectionExpired(let entry, _): self.init(decision: "rejection-expired", by: "policy", detail: entry)
        }
    }

    private init(
        decision: String,
        by person: String,
        stage: String = "",
        planDigest: String = "",
        reason: String = "",
        detail: String = ""
    ) {
        self.decision = decision
        by = person
        self.stage = stage
        self.planDigest = planDigest
        self.reason = reason
        self.detail = detail
    }
}
