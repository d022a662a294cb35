package import Time

/// One run of a workflow definition: scan → install ring by ring → report, a gate between each.
///
/// What it waits for is in its ``step``, and every step is left by a message that is bound to come, or by time:
///
/// | step | waits for |
/// |---|---|
/// | `unstarted` | `start` |
/// | `openingLanes` | `lanesOpened` of the stage, `nodesBusy` or `taskFailed`; after `nodesBusy` the time to ask again (``wakeAt``) |
/// | `runningLanes` | `laneEnded` of each lane; every rollout ends by its deadlines |
/// | `freezingPlan` | `planFrozen`, or `taskFailed` |
/// | `gate` | the soak's end (``wakeAt``), or each check's `checkAnswered`, and `approve` while approvals are missing |
/// | `writingReport` | `reportWritten`, or `taskFailed` |
///
/// While it is held (paused by a person, or halted) it waits for `resume` or `abort` as well.
package struct Cycle: EventSourced {
    package internal(set) var start: CycleStart?
    package internal(set) var startedBy = ""
    package internal(set) var startedAt: Timestamp?
    package internal(set) var step = CycleStep.unstarted
    /// As the definition lists them.
    package internal(set) var stages: [StageProgress] = []
    /// The index of the stage that runs, or whose gate is open.
    package internal(set) var currentIndex = 0
    package internal(set) var plan: PlanSummary?
    package internal(set) var hold: CycleHold?
    /// The last time that a person let it go on.
    package internal(set) var lastResumption: CycleResumption?
    package internal(set) var abort: CycleAbort?
    /// Nodes on which nothing more begins; nil where there are none.
    package internal(set) var cancelledNodes: Set<String>?
    package internal(set) var failure: String?
    package internal(set) var reportDigest: String?
    /// Whom a command's lanes wait for; nil where they wait for nobody.
    package internal(set) var lanesWait: LanesWait?
    /// What its report stage has written where it says; nil where it says nothing.
    package internal(set) var reportFiles: [ReportFile]?
    package internal(set) var endedAt: Timestamp?
    /// Counts what rollouts were told about pausing, so that an older message that comes late is known as such.
    var revision = 0
    /// The task that was given up; `resume` tries it again.
    package internal(set) var failedTask: CycleTask?
    /// The time of the last event.
    var clock = Timestamp(microseconds: .min)

    package init() {}

    /// What people see as the cycle's state.
    package var state: CycleState {
        switch step {
        case .completed: return .completed
        case .aborted: return .aborted
        case .failed: return .failed
        case .unstarted: return .planned
        case .openingLanes, .runningLanes, .freezingPlan, .gate, .writingReport: break
        }
        if abort != nil { return .aborting }
        guard let hold else { return .running }
        return hold.cause == .person ? .paused : .halted
    }

    /// The stage that runs, or whose gate is open; nil before the start.
    package var currentStage: StageProgress? {
        stages.indices.contains(currentIndex) ? stages[currentIndex] : nil
    }

    package var wakeAt: Timestamp? {
        if step == .openingLanes { return hold == nil && abort == nil ? lanesWait?.until : nil }
        // A gate with checks is judged by their answers, the first of which comes when the soak is over.
        guard step == .gate, hold == nil, abort == nil, let gate = currentStage?.gate, gate.passedAt == nil,
            gate.checks == nil, missingApprovals == 0
        else { return nil }
        return gate.soakUntil
    }

    /// How many approvals the open gate still needs; 0 when no gate is open.
    package var missingApprovals: Int {
        guard step == .gate, let gate = currentStage?.gate else { return 0 }
        return max(0, (currentGateRule?.approval?.by ?? 0) - gate.approvals.count)
    }

    /// What of the cycle the person asked for; nil when that is nothing.
    func request(by person: String) -> String? {
        func isTheirs(_ name: String?) -> Bool { name.map { ActorName.isSame($0, person) } ?? false }
        if isTheirs(startedBy) { return "started the cycle" }
        return isTheirs(start?.policyAppliedBy) ? "applied its policy" : nil
    }

    var currentGateRule: Gate? {
        guard let stages = start?.definition.stages, stages.indices.contains(currentIndex) else { return nil }
        return stages[currentIndex].gate
    }
}

/// What a cycle waits for.
package enum CycleStep: String, Codable, Sendable {
    case unstarted
    case openingLanes = "opening-lanes"
    case runningLanes = "running-lanes"
    case freezingPlan = "freezing-plan"
    case gate
    case writingReport = "writing-report"
    case completed, aborted, failed

    package var isTerminal: Bool { [.completed, .aborted, .failed].contains(self) }
}

/// A cycle's state in one word.
package enum CycleState: String, Codable, Sendable {
    case planned, running, paused, halted, aborting, completed, aborted, failed
}

/// Why a command's lanes are not open yet.
package struct LanesWait: Codable, Equatable, Sendable {
    package var reason: String
    /// When they are asked for again; nil while they are.
    package var until: Timestamp?

    /// How long is waited for nodes that have kept a command waiting so long, in seconds: an eighth, so that the log stays short.
    static func seconds(after waited: Duration) -> Int64 { min(max(waited.components.seconds / 8, 15), 600) }
}

/// Why nothing new starts.
package struct CycleHold: Codable, Equatable, Sendable {
    package enum Cause: Codable, Equatable, Sendable {
        /// A person paused it.
        case person
        /// A rollout passed its error threshold.
        case lane(rollout: String)
        /// More hosts of the stage failed than its gate lets pass.
        case gate(stage: String)
        /// A check of the stage's gate failed too often.
        case check(stage: String, name: String)
        /// A worker gave up.
        case task(CycleTask)
        /// The plan would bring what this entry of the policy rejects.
        case rejection(entry: String)
    }

    package var cause: Cause
    package var reason: String
    package var at: Timestamp

    package init(cause: Cause, reason: String, at: Timestamp) {
        self.cause = cause
        self.reason = reason
        self.at = at
    }
}

/// Who let a held cycle go on, and why.
package struct CycleResumption: Codable, Equatable, Sendable {
    package var by: String
    /// nil when the person gave none.
    package var reason: String?
    package var at: Timestamp

    package init(by: String, reason: String?, at: Timestamp) {
        self.by = by
        self.reason = reason
        self.at = at
    }
}

/// Who aborted a cycle, and why.
package struct CycleAbort: Codable, Equatable, Sendable {
    package var reason: String
    package var by: String
    package var at: Timestamp

    package init(reason: String, by: String, at: Timestamp) {
        self.reason = reason
        self.by = by
        self.at = at
    }
}
