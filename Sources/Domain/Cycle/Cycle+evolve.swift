import Time

extension Cycle {
    package mutating func evolve(_ event: CycleEvent) {
        clock = max(clock, event.at)
        switch event {
        case .started(let start, let by, let at):
            self.start = start
            startedBy = by
            startedAt = at
            stages = start.definition.stages.map { StageProgress(name: $0.name) }
            step = .openingLanes
        case .stageOpened(let stage, let at): open(stage, at)
        case .lanesPutOff(_, let reason, let until, _): lanesWait = LanesWait(reason: reason, until: until)
        case .lanesAskedAgain: lanesWait?.until = nil
        case .lanesOpened(_, let lanes, _):
            (failedTask, lanesWait) = (nil, nil)
            revision += 1
            step = .runningLanes
            updateCurrent { $0.lanes = lanes }
        case .laneEnded(let outcome, _): updateCurrent { $0.outcomes.append(outcome) }
        case .stageEnded(_, _, let at):
            updateCurrent { $0.endedAt = at }
            step = needsPlan ? .freezingPlan : .gate
        case .planFrozen(let plan, _):
            failedTask = nil
            self.plan = plan
            step = .gate
        case .gateOpened, .checkAnswered, .approved, .gatePassed: evolveGate(event)
        case .laneHalted, .gateExceeded, .checkFailed, .taskFailed, .paused, .resumed, .patchRejected, .patchAccepted:
            evolveHold(event)
        case .abortRequested(let reason, let by, let at):
            revision += 1
            abort = CycleAbort(reason: reason, by: by, at: at)
        case .nodesCancelled(let nodes, _, let at):
            cancelledNodes = (cancelledNodes ?? []).union(nodes)
            // It may have waited for one of them.
            if let until = lanesWait?.until { lanesWait?.until = min(until, at) }
        case .reportWritten(let digest, let files, _):
            failedTask = nil
            (reportDigest, reportFiles) = (digest, files)
        case .completed(let at): end(.completed, at)
        case .aborted(let at): end(.aborted, at)
        case .failed(let reason, let at):
            failure = reason
            end(.failed, at)
        }
    }

    /// The task whose worker the cycle waits for.
    var awaitedTask: CycleTask? {
        switch step {
        case .openingLanes: lanesWait?.until == nil ? currentStage.map { .openLanes(stage: $0.name) } : nil
        case .freezingPlan: .freezePlan
        case .writingReport: .writeReport
        case .unstarted, .runningLanes, .gate, .completed, .aborted, .failed: nil
        }
    }

    /// Whether the rollout is one whose end the cycle waits for, as far as it can know.
    func isAwaiting(_ rollout: String) -> Bool {
        guard let stage = currentStage, !stage.hasOutcome(of: rollout) else { return false }
        switch step {
        case .runningLanes: return stage.lanes.contains { $0.rollout == rollout }
        // Lanes may end before the worker has named them; those of earlier stages are known.
        case .openingLanes: return !stages[..<currentIndex].contains { $0.lanes.contains { $0.rollout == rollout } }
        case .unstarted, .freezingPlan, .gate, .writingReport, .completed, .aborted, .failed: return false
        }
    }

    // MARK: - Steps

    /// Whether the stage is the scan of a cycle that goes on to install.
    private var needsPlan: Bool {
        guard let definition = start?.definition, definition.installs, definition.stages.indices.contains(currentIndex),
            case .scan = definition.stages[currentIndex].work
        else { return false }
        return true
    }

    private mutating func open(_ stage: String, _ at: Timestamp) {
        guard let index = stages.firstIndex(where: { $0.name == stage }) else { return }
        currentIndex = index
        stages[index].openedAt = at
        step = start?.definition.stages[index].work == .report ? .writingReport : .openingLanes
    }

    private mutating func end(_ step: CycleStep, _ at: Timestamp) {
        self.step = step
        hold = nil
        failedTask = nil
        endedAt = at
        updateCurrent { if $0.endedAt == nil { $0.endedAt = at } }
    }

    private mutating func updateCurrent(_ change: (inout StageProgress) -> Void) {
        guard stages.indices.contains(currentIndex) else { return }
        change(&stages[currentIndex])
    }

    private mutating func evolveGate(_ event: CycleEvent) {
        let rule = currentGateRule
        updateCurrent { stage in
            switch event {
            case .gateOpened(_, let soakUntil, _, let at):
                let checks = (rule?.checks ?? []).map { _ in CheckProgress() }
                stage.gate = GateProgress(openedAt: at, soakUntil: soakUntil, checks: checks.isEmpty ? nil : checks)
            case .checkAnswered(_, let name, let answer, _):
                guard let index = rule?.checks?.firstIndex(where: { $0.name == name }) else { return }
                stage.gate?.checks?[index].take(answer)
            case .approved(_, let approval): stage.gate?.approvals.append(approval)
            case .gatePassed(_, let at): stage.gate?.passedAt = at
            default: break
            }
        }
    }

    /// Lets pass what held the gate, and has its checks asked anew.
    private mutating func evolveGate(_ resumption: CycleResumption) {
        let (cause, checks) = (hold?.cause, currentGateRule?.checks ?? [])
        updateCurrent { stage in
            if case .gate = cause { stage.gate?.waiver = resumption }
            for (index, check) in checks.enumerated() where stage.gate?.checks?.indices.contains(index) == true {
                stage.gate?.checks?[index].round += 1
                guard cause == .check(stage: stage.name, name: check.name),
                    stage.gate?.checks?[index].latest?.passed == false
                else { continue }
                stage.gate?.checks?[index].waiver = resumption
            }
        }
    }

    private mutating func evolveHold(_ event: CycleEvent) {
        revision += 1
        switch event {
        case .laneHalted(let rollout, let errors, let at):
            updateCurrent { $0.haltErrors[rollout] = errors }
            let noun = errors == 1 ? "error" : "errors"
            let reason = "\(errors) \(noun) in \(rollout) \(errors == 1 ? "is" : "are") more than its threshold allows"
            hold = CycleHold(cause: .lane(rollout: rollout), reason: reason, at: at)
        case .gateExceeded(let stage, let counts, let at):
            let reason =
                counts[.succeeded] == 0
                ? "none of \(counts.total) hosts succeeded in \(stage): its gate has nothing to go by"
                : "\(counts.failed) of \(counts.total) hosts failed in \(stage), more than its gate allows"
            hold = CycleHold(cause: .gate(stage: stage), reason: reason, at: at)
        case .checkFailed(let stage, let check, let failures, let found, let limit, let at):
            let times = failures == 1 ? "" : " \(failures) times in a row"
            let reason = "check \(check) failed\(times) after \(stage): found \(found), must be \(limit)"
            hold = CycleHold(cause: .check(stage: stage, name: check), reason: reason, at: at)
        case .taskFailed(let task, let error, let at):
            (failedTask, lanesWait) = (task, nil)
            hold = CycleHold(cause: .task(task), reason: "\(task.kind) failed: \(error)", at: at)
        case .paused(let reason, _, let at):
            hold = CycleHold(cause: .person, reason: reason, at: at)
        case .patchRejected(let rejection, let by, let at):
            let reason = "\(by) rejected \(rejection.entry), which its plan would bring: \(rejection.reason)"
            hold = CycleHold(cause: .rejection(entry: rejection.entry), reason: reason, at: at)
        case .patchAccepted(let entry, let by, let at):
            hold = CycleHold(cause: .person, reason: "\(by) accepted \(entry) again", at: at)
        case .resumed(let by, let reason, _, let at):
            let resumption = CycleResumption(by: by, reason: reason, at: at)
            evolveGate(resumption)
            lastResumption = resumption
            failedTask = nil
            hold = nil
        default: break
        }
    }
}
