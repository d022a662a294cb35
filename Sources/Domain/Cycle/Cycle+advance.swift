import Time

extension CycleDraft {
    /// Records what follows by itself from the state, until nothing does.
    mutating func advance() {
        while let event = nextEvent { record(event) }
    }

    private var nextEvent: CycleEvent? {
        guard !state.step.isTerminal, let stage = state.currentStage else { return nil }
        if state.abort != nil { return hasStopped(stage) ? .aborted(at: now) : nil }
        if let reason = reasonToGiveUp, hasStopped(stage) { return .failed(reason: reason, at: now) }
        switch state.step {
        case .openingLanes:
            guard state.hold == nil, let until = state.lanesWait?.until, until <= now else { return nil }
            return .lanesAskedAgain(stage: stage.name, at: now)
        case .unstarted, .freezingPlan, .writingReport, .completed, .aborted, .failed: return nil
        case .runningLanes:
            return stage.openLanes.isEmpty ? .stageEnded(stage: stage.name, counts: stage.counts, at: now) : nil
        case .gate: return eventAtGate(of: stage)
        }
    }

    /// Of a command, which nobody waits for to resume it: what holds it, but for a person's pause.
    private var reasonToGiveUp: String? {
        guard state.start?.command != nil, let hold = state.hold, hold.cause != .person else { return nil }
        return hold.reason
    }

    private func eventAtGate(of stage: StageProgress) -> CycleEvent? {
        guard let rule = state.currentGateRule else { return eventAfter(stage) }
        guard let gate = stage.gate else {
            return .gateOpened(
                stage: stage.name,
                soakUntil: (stage.endedAt ?? now) + .seconds(rule.soakSeconds),
                approvals: rule.approval?.by ?? 0,
                at: now
            )
        }
        guard state.hold == nil else { return nil }
        if gate.passedAt != nil { return eventAfter(stage) }
        let counts = stage.counts
        if gate.waiver == nil, rule.isExceeded(by: counts) {
            return .gateExceeded(stage: stage.name, counts: counts, at: now)
        }
        if let (check, progress) = state.failedCheck {
            return .checkFailed(
                stage: stage.name,
                check: check.name,
                failures: progress.failuresInARow,
                found: progress.latest?.found ?? "nothing",
                limit: check.limit,
                at: now
            )
        }
        let holds = gate.soakUntil <= now && state.missingApprovals == 0 && state.checksHold(at: now)
        return holds ? .gatePassed(stage: stage.name, at: now) : nil
    }

    /// Opens the next stage; after the last there is nothing that a person could still decide about.
    private func eventAfter(_ stage: StageProgress) -> CycleEvent? {
        let next = state.currentIndex + 1
        if state.stages.indices.contains(next) {
            return state.hold == nil ? .stageOpened(stage: state.stages[next].name, at: now) : nil
        }
        switch state.hold?.cause {
        case nil: return .completed(at: now)
        case .lane: return .failed(reason: state.hold?.reason ?? "a lane halted", at: now)
        case .person, .gate, .check, .task, .rejection: return nil
        }
    }

    /// Whether a cycle that is to end has nothing left in flight: its lanes are known and have ended.
    private func hasStopped(_ stage: StageProgress) -> Bool {
        switch state.step {
        case .openingLanes: state.failedTask != nil || state.lanesWait?.until != nil
        case .runningLanes: stage.openLanes.isEmpty
        case .unstarted, .freezingPlan, .gate, .writingReport, .completed, .aborted, .failed: true
        }
    }
}
