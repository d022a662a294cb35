package import Time

/// What happened in a cycle.
package enum CycleEvent: DomainEvent {
    case started(CycleStart, by: String, at: Timestamp)
    case stageOpened(stage: String, at: Timestamp)
    case lanesOpened(stage: String, lanes: [Lane], at: Timestamp)
    /// Nothing was opened, for a node has work elsewhere; `until` is when it is asked for again.
    case lanesPutOff(stage: String, reason: String, until: Timestamp, at: Timestamp)
    case lanesAskedAgain(stage: String, at: Timestamp)
    case laneHalted(rollout: String, errors: Int, at: Timestamp)
    case laneEnded(LaneOutcome, at: Timestamp)
    case stageEnded(stage: String, counts: HostRunCounts, at: Timestamp)
    case planFrozen(PlanSummary, at: Timestamp)
    /// `approvals` is how many people must approve.
    case gateOpened(stage: String, soakUntil: Timestamp, approvals: Int, at: Timestamp)
    /// More hosts of the stage failed than its gate lets pass, or none succeeded: a person decides.
    case gateExceeded(stage: String, counts: HostRunCounts, at: Timestamp)
    case checkAnswered(stage: String, check: String, CheckAnswer, at: Timestamp)
    /// A check failed so often in a row that a person decides; `found` is its last answer's.
    case checkFailed(stage: String, check: String, failures: Int, found: String, limit: String, at: Timestamp)
    case approved(stage: String, Approval)
    case gatePassed(stage: String, at: Timestamp)
    case paused(reason: String, by: String, at: Timestamp)
    /// `retrying` is the task that was given up and is tried again.
    case resumed(by: String, reason: String?, retrying: CycleTask?, at: Timestamp)
    case taskFailed(CycleTask, error: String, at: Timestamp)
    /// The plan would still bring it: nothing new starts until it is accepted, or for good.
    case patchRejected(PatchRejection, by: String, at: Timestamp)
    case patchAccepted(entry: String, by: String, at: Timestamp)
    /// `files`: what was written where the stage says; nil where it says nothing.
    case reportWritten(digest: String, files: [ReportFile]? = nil, at: Timestamp)
    case completed(at: Timestamp)
    /// Hosts in flight still reach their end.
    case abortRequested(reason: String, by: String, at: Timestamp)
    /// Nothing more begins on these nodes, and the others go on.
    case nodesCancelled([String], by: String, at: Timestamp)
    case aborted(at: Timestamp)
    case failed(reason: String, at: Timestamp)

    package var type: String {
        switch self {
        case .started: "cycle.started.v1"
        case .stageOpened: "cycle.stage-opened.v1"
        case .lanesOpened: "cycle.lanes-opened.v1"
        case .lanesPutOff: "cycle.lanes-put-off.v1"
        case .lanesAskedAgain: "cycle.lanes-asked-again.v1"
        case .laneHalted: "cycle.lane-halted.v1"
        case .laneEnded: "cycle.lane-ended.v1"
        case .stageEnded: "cycle.stage-ended.v1"
        case .planFrozen: "cycle.plan-frozen.v1"
        case .gateOpened: "cycle.gate-opened.v1"
        case .gateExceeded: "cycle.gate-exceeded.v1"
        case .checkAnswered: "cycle.check-answered.v1"
        case .checkFailed: "cycle.check-failed.v1"
        case .approved: "cycle.approved.v1"
        case .gatePassed: "cycle.gate-passed.v1"
        case .paused: "cycle.paused.v1"
        case .resumed: "cycle.resumed.v1"
        case .taskFailed: "cycle.task-failed.v1"
        case .patchRejected: "cycle.patch-rejected.v1"
        case .patchAccepted: "cycle.patch-accepted.v1"
        case .reportWritten: "cycle.report-written.v1"
        case .completed: "cycle.completed.v1"
        case .abortRequested: "cycle.abort-requested.v1"
        case .nodesCancelled: "cycle.nodes-cancelled.v1"
        case .aborted: "cycle.aborted.v1"
        case .failed: "cycle.failed.v1"
        }
    }

    package var at: Timestamp {
        switch self {
        case .started(_, _, let at), .stageOpened(_, let at), .lanesOpened(_, _, let at),
            .lanesPutOff(_, _, _, let at), .lanesAskedAgain(_, let at), .laneHalted(_, _, let at),
            .laneEnded(_, let at), .stageEnded(_, _, let at), .planFrozen(_, let at), .gateOpened(_, _, _, let at),
            .gateExceeded(_, _, let at), .checkAnswered(_, _, _, let at), .checkFailed(_, _, _, _, _, let at),
            .gatePassed(_, let at), .paused(_, _, let at), .resumed(_, _, _, let at),
            .taskFailed(_, _, let at), .patchRejected(_, _, let at), .patchAccepted(_, _, let at),
            .reportWritten(_, _, let at), .completed(let at), .abortRequested(_, _, let at),
            .nodesCancelled(_, _, let at), .aborted(let at), .failed(_, let at):
            at
        case .approved(_, let approval): approval.at
        }
    }
}
