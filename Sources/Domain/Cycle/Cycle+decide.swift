package import Time

extension Cycle {
    package func decide(
        _ message: CycleMessage,
        now: Timestamp,
        actor: String
    ) throws(CycleRefusal) -> [CycleEvent] {
        let now = max(now, clock)
        var draft = CycleDraft(state: self, now: now)
        if case .start(let start) = message {
            guard step == .unstarted else {
                throw .alreadyStarted(workflow: self.start?.definition.name ?? "a workflow")
            }
            if let flaw = start.definition.flaw {
                throw .unfitWorkflow(name: start.definition.name, flaw: flaw)
            }
            draft.record(.started(start, by: actor, at: now))
            draft.record(.stageOpened(stage: start.definition.stages[0].name, at: now))
        } else {
            guard step != .unstarted else { throw .notStarted(kind: message.kind) }
            try draft.receive(message, actor: actor)
        }
        draft.advance()
        return draft.events
    }
}

/// A cycle while it decides: each event is folded in at once, so that what follows from it can be judged by the state after it.
struct CycleDraft {
    private(set) var state: Cycle
    private(set) var events: [CycleEvent] = []
    let now: Timestamp

    init(state: Cycle, now: Timestamp) {
        self.state = state
        self.now = now
    }

    mutating func record(_ event: CycleEvent) {
        state.evolve(event)
        events.append(event)
    }

    mutating func receive(_ message: CycleMessage, actor: String) throws(CycleRefusal) {
        switch message {
        case .start, .wake: break
        case .lanesOpened(let stage, let lanes):
            guard state.step == .openingLanes, stage == state.currentStage?.name else { return }
            record(.lanesOpened(stage: stage, lanes: lanes, at: now))
        case .nodesBusy(let stage, let reason): nodesBusy(stage, reason)
        case .planFrozen(let plan): planFrozen(plan)
        case .laneHalted(let rollout, let errors): laneHalted(rollout, errors: errors)
        case .laneEnded(let outcome): laneEnded(outcome)
        case .approve(let stage, let digest, let roles, let reason):
            try checkGoingOn(message)
            try checkApproval(stage: stage, digest: digest, roles: roles, actor: actor)
            record(.approved(stage: stage, Approval(by: actor, planDigest: digest, reason: reason, at: now)))
        case .pause(let reason):
            try checkGoingOn(message)
            guard state.hold == nil else { return }
            record(.paused(reason: reason, by: actor, at: now))
        case .resume(let reason):
            try checkGoingOn(message)
            guard ActorName.isPerson(actor) else { throw .needsPerson(actor: actor, kind: message.kind) }
            guard let hold = state.hold else { throw .notHeld }
            if case .rejection = hold.cause { throw .rejectedPatch(reason: hold.reason) }
            record(.resumed(by: actor, reason: reason, retrying: state.failedTask, at: now))
        case .abort(let reason):
            guard !state.step.isTerminal else { throw .over(state: state.state, kind: message.kind) }
            guard state.abort == nil else { return }
            record(.abortRequested(reason: reason, by: actor, at: now))
        case .cancel(let nodes):
            try checkGoingOn(message)
            let news = Set(nodes).subtracting(state.cancelledNodes ?? [])
            guard !news.isEmpty else { return }
            record(.nodesCancelled(news.sorted(), by: actor, at: now))
        case .rejectPatch, .acceptPatch: receiveRejection(message)
        case .checkAnswered(let stage, let check, let answer):
            take(answer, toCheck: check, of: stage)
        case .reportWritten(let digest, let files):
            guard state.step == .writingReport else { return }
            record(.reportWritten(digest: digest, files: files, at: now))
            record(.completed(at: now))
        case .taskFailed(.checkGate(let stage, let check, let round), let error):
            let found = CheckFinding(passed: false, found: "nothing, for nobody could ask: \(error)").found
            take(CheckAnswer(round: round, askedAt: now, passed: false, found: found), toCheck: check, of: stage)
        case .taskFailed(let task, let error):
            guard state.awaitedTask == task, state.failedTask == nil else { return }
            record(.taskFailed(task, error: error, at: now))
        }
    }

    // MARK: - Steps

    /// Asks again until the delivery timeout of the command: what is not delivered by then never is.
    private mutating func nodesBusy(_ stage: String, _ reason: String) {
        guard state.step == .openingLanes, stage == state.currentStage?.name, state.lanesWait?.until == nil,
            let command = state.start?.command
        else { return }
        let since = state.currentStage?.openedAt ?? now
        let end = since + .seconds(command.timeoutSeconds)
        let until = min(now + .seconds(LanesWait.seconds(after: now - since)), end)
        record(.lanesPutOff(stage: stage, reason: reason, until: max(until, now), at: now))
        guard now >= end, state.abort == nil else { return }
        let waited = "\(command.timeoutSeconds) s"
        record(.failed(reason: "not delivered within its delivery timeout of \(waited): \(reason)", at: now))
    }

    private mutating func planFrozen(_ plan: PlanSummary) {
        guard state.step == .freezingPlan else { return }
        record(.planFrozen(plan, at: now))
        guard plan.nodeCount == 0, state.abort == nil else { return }
        let reason =
            "there is nothing to plan from: \(plan.unscannedCount) nodes are without a scan, "
            + "\(plan.withoutBaselineCount) without a baseline"
        record(.failed(reason: reason, at: now))
    }

    /// An answer is not younger than now, whatever its worker's clock says.
    private mutating func take(_ answer: CheckAnswer, toCheck check: String, of stage: String) {
        guard state.check(stage: stage, name: check, round: answer.round) != nil else { return }
        var answer = answer
        answer.askedAt = min(answer.askedAt, now)
        record(.checkAnswered(stage: stage, check: check, answer, at: now))
    }

    /// Of a cycle that installs nothing any more it asks nothing.
    private mutating func receiveRejection(_ message: CycleMessage) {
        guard !state.step.isTerminal, state.step != .writingReport, state.abort == nil else { return }
        switch message {
        case .rejectPatch(let rejection, let by):
            guard state.plan != nil, state.hold?.cause != .rejection(entry: rejection.entry) else { return }
            record(.patchRejected(rejection, by: by, at: now))
        case .acceptPatch(let entry, let by):
            guard state.hold?.cause == .rejection(entry: entry) else { return }
            record(.patchAccepted(entry: entry, by: by, at: now))
        default: return
        }
    }

    private func checkGoingOn(_ message: CycleMessage) throws(CycleRefusal) {
        guard !state.step.isTerminal else { throw .over(state: state.state, kind: message.kind) }
        guard state.abort == nil else { throw .aborting }
    }

    /// A rollout may be heard of before the worker's `lanesOpened`; one that ended, or of an earlier stage, is over.
    private mutating func laneHalted(_ rollout: String, errors: Int) {
        guard state.isAwaiting(rollout), state.abort == nil else { return }
        // A halt that was heard of may have been lifted since.
        guard errors > state.currentStage?.haltErrors[rollout] ?? 0 else { return }
        record(.laneHalted(rollout: rollout, errors: errors, at: now))
    }

    private mutating func laneEnded(_ outcome: LaneOutcome) {
        guard state.isAwaiting(outcome.rollout) else { return }
        if let errors = outcome.haltErrors { laneHalted(outcome.rollout, errors: errors) }
        record(.laneEnded(outcome, at: now))
    }

    private func checkApproval(
        stage: String,
        digest: String,
        roles: [String],
        actor: String
    ) throws(CycleRefusal) {
        guard ActorName.isPerson(actor) else { throw .needsPerson(actor: actor, kind: "approve") }
        guard let index = state.stages.firstIndex(where: { $0.name == stage }), let definition = state.start?.definition
        else { throw .unknownStage(stage, known: state.stages.map(\.name)) }
        guard let rule = definition.stages[index].gate?.approval else { throw .needsNoApproval(stage: stage) }
        let progress = state.stages[index]
        guard progress.gate?.passedAt == nil else { throw .gatePassed(stage: stage) }
        guard state.step == .gate, index == state.currentIndex, let gate = progress.gate else {
            throw .gateNotOpen(stage: stage, current: state.currentStage?.name ?? "its start")
        }
        guard let frozen = state.plan?.digest, frozen == digest else {
            throw .otherPlan(stage: stage, given: digest, frozen: state.plan?.digest ?? "not frozen yet")
        }
        if let hold = state.hold, hold.cause != .person { throw .halted(reason: hold.reason) }
        if let role = rule.role, !roles.contains(role) {
            throw .missingRole(actor: actor, role: role, stage: stage)
        }
        if rule.otherThanRequester == true, let request = state.request(by: actor) {
            throw .ownRequest(actor: actor, stage: stage, request: request)
        }
        guard !gate.approvals.contains(where: { ActorName.isSame($0.by, actor) }) else {
            throw .alreadyApproved(actor: actor, stage: stage)
        }
    }
}
