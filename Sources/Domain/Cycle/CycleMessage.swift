/// What is wanted of a cycle.
package enum CycleMessage: DomainMessage {
    case start(CycleStart)
    /// From the worker of ``CycleTask/openLanes(stage:)``, after it sent each lane's rollout its ``RolloutMessage/open(_:)``.
    case lanesOpened(stage: String, lanes: [Lane])
    /// From the same worker, of a command: nothing is opened, for a node has work elsewhere. It is asked again later.
    case nodesBusy(stage: String, reason: String)
    /// From the worker of ``CycleTask/freezePlan``.
    case planFrozen(PlanSummary)
    /// From a rollout: errors passed its threshold. Its ``LaneOutcome`` says it again, should that come first.
    case laneHalted(rollout: String, errors: Int)
    /// From a rollout: each of its hosts has its terminal state.
    case laneEnded(LaneOutcome)
    /// From a person. `planDigest` is that of the plan the person saw; `roles` are those the person has.
    case approve(stage: String, planDigest: String, roles: [String], reason: String?)
    case pause(reason: String)
    /// Lifts a pause, or a halt; what failed as a task is tried again, a gate's exceeded threshold is waived, and so is the
    /// check that halted it, if its last answer is a failure still.
    case resume(reason: String?)
    case abort(reason: String)
    /// From a person: nothing more begins on these nodes, those at work are told to end, the others go on.
    case cancel(nodes: [String])
    /// From the policy's worker: the plan would still bring what was rejected meanwhile.
    case rejectPatch(PatchRejection, by: String)
    /// From the policy's worker: what was rejected is so no more.
    case acceptPatch(entry: String, by: String)
    /// From the worker of ``CycleTask/checkGate(stage:check:round:)``.
    case checkAnswered(stage: String, check: String, CheckAnswer)
    /// From the worker of ``CycleTask/writeReport``.
    case reportWritten(digest: String, files: [ReportFile]? = nil)
    /// From a worker that has given up.
    case taskFailed(CycleTask, error: String)
    case wake

    package var kind: String {
        switch self {
        case .start: "start"
        case .lanesOpened: "lanes-opened"
        case .nodesBusy: "nodes-busy"
        case .planFrozen: "plan-frozen"
        case .laneHalted: "lane-halted"
        case .laneEnded: "lane-ended"
        case .approve: "approve"
        case .pause: "pause"
        case .resume: "resume"
        case .abort: "abort"
        case .cancel: "cancel"
        case .rejectPatch: "reject-patch"
        case .acceptPatch: "accept-patch"
        case .checkAnswered: "check-answered"
        case .reportWritten: "report-written"
        case .taskFailed: "task-failed"
        case .wake: "wake"
        }
    }
}

/// Work that a cycle asks for; its worker answers with a message.
package enum CycleTask: Codable, Equatable, Sendable {
    /// Resolve the stage's nodes, windows and patch sets, open a rollout for each lane, answer ``CycleMessage/lanesOpened(stage:lanes:)``.
    case openLanes(stage: String)
    /// Select each scanned node's patches by its baseline, store the plan, answer ``CycleMessage/planFrozen(_:)``.
    case freezePlan
    /// Store the report, write it where the stage says, answer ``CycleMessage/reportWritten(digest:files:)``.
    case writeReport
    /// Ask a check of the open gate, answer ``CycleMessage/checkAnswered(stage:check:_:)``.
    case checkGate(stage: String, check: String, round: Int)

    /// All that there are.
    package static let kinds = [
        Self.openLanes(stage: ""), .freezePlan, .writeReport, .checkGate(stage: "", check: "", round: 0),
    ].map(\.kind)

    /// `open-lanes`, `freeze-plan`, `write-report` or `check-gate`.
    package var kind: String {
        switch self {
        case .openLanes: "open-lanes"
        case .freezePlan: "freeze-plan"
        case .writeReport: "write-report"
        case .checkGate: "check-gate"
        }
    }
}
