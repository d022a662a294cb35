import Domain
import PatchStreams
import Time

/// A cycle as its committed events say.
struct CycleWatch {
    let name: String
    private(set) var definition: WorkflowDefinition?
    private(set) var planDigest: String?
    private(set) var isOver = false

    private var stage = -1
    private var lanes: [String] = []
    private var outcomes: [String: HostRunCounts] = [:]
    private var stageEndedAt: Timestamp?
    private var gatePassed = false
    private var isWaived = false
    private var approvals: [Approval] = []
    /// By check: its last answer, and how many failures in a row there were.
    private var answers: [String: (last: CheckAnswer, failures: Int)] = [:]
    private var waivedChecks: Set<String> = []
    private var heldByCheck: String?
    private var isHeld = false
    private var isHeldByGate = false
    private var isAborting = false

    init(name: String) { self.name = name }

    /// Whether it wants nothing to start.
    var holds: Bool { isHeld || isAborting }

    mutating func take(_ event: CycleEvent, _ rollouts: [String: RolloutWatch], _ world: World) throws(Violation) {
        if isOver { throw Checker.fail(.cycleEndsOnce, "\(name) was over: \(event.type)") }
        switch event {
        case .started(let start, _, _):
            guard definition == nil else { throw Checker.fail(.definitionIsPinned, "\(name) starts again") }
            definition = start.definition
        case .stageOpened(let opened, _): try open(opened)
        case .lanesOpened(_, let lanes, _): self.lanes = lanes.map(\.rollout)
        case .laneEnded(let outcome, _): try end(outcome, rollouts)
        case .stageEnded(_, _, let at):
            guard Set(lanes).isSubset(of: outcomes.keys) else {
                throw Checker.fail(.gateHolds, "\(name) ends a stage whose lanes have not ended")
            }
            stageEndedAt = at
        case .planFrozen(let plan, _): try freeze(plan.digest, world)
        case .approved(_, let approval): try approve(approval)
        case .gatePassed(_, let at): try pass(at)
        case .gateExceeded:
            world.note(.gateExceeded)
            (isHeld, isHeldByGate, heldByCheck) = (true, true, nil)
        case .checkAnswered(let stage, let check, let answer, _):
            let question = Services.Question(cycle: name, stage: stage, check: check, round: answer.round)
            guard !answer.passed || world.services.passed(question, since: answer.askedAt) else {
                throw Checker.fail(.answersAreTrue, "\(name) takes a pass of \(check) that nobody found")
            }
            answers[check] = (answer, answer.passed ? 0 : (answers[check]?.failures ?? 0) + 1)
        case .checkFailed(_, let check, _, _, _, _): try halt(at: check, world)
        case .laneHalted, .taskFailed, .paused, .patchRejected: (isHeld, isHeldByGate, heldByCheck) = (true, false, nil)
        case .resumed:
            if isHeldByGate { isWaived = true }
            if let check = heldByCheck, answers[check]?.last.passed == false {
                world.note(.checkWaived)
                waivedChecks.insert(check)
            }
            (isHeld, isHeldByGate, heldByCheck) = (false, false, nil)
        case .completed, .aborted, .failed:
            isOver = true
            if case .completed = event { world.note(.cycleCompleted) }
            if case .aborted = event { world.note(.cycleAborted) }
        case .abortRequested: isAborting = true
        case .lanesPutOff, .lanesAskedAgain, .gateOpened, .nodesCancelled, .patchAccepted, .reportWritten: break
        }
    }

    // MARK: - Steps

    private var currentGate: Gate? {
        guard let stages = definition?.stages, stages.indices.contains(stage) else { return nil }
        return stages[stage].gate
    }

    private mutating func open(_ opened: String) throws(Violation) {
        guard let stages = definition?.stages, stages.indices.contains(stage + 1), stages[stage + 1].name == opened
        else {
            throw Checker.fail(.gateHolds, "\(name) opens \(opened) out of turn")
        }
        if stage >= 0 {
            guard stageEndedAt != nil, currentGate == nil || gatePassed else {
                throw Checker.fail(
                    .gateHolds,
                    "\(name) opens \(opened) before the gate of \(stages[stage].name) is passed"
                )
            }
            guard !isHeld else {
                throw Checker.fail(.nothingStartsAfterHalt, "\(name) opens \(opened) while it is held")
            }
        }
        stage += 1
        (lanes, outcomes, stageEndedAt) = ([], [:], nil)
        (gatePassed, isWaived, approvals) = (false, false, [])
        (answers, waivedChecks) = ([:], [])
    }

    private mutating func end(_ outcome: LaneOutcome, _ rollouts: [String: RolloutWatch]) throws(Violation) {
        // One that was aborted before it was opened had no hosts to tell of.
        let isUnopened = isAborting && outcome.counts.total == 0
        let rollout = rollouts[outcome.rollout]
        guard isUnopened || (rollout?.hasEnded == true && rollout?.counts == outcome.counts) else {
            throw Checker.fail(.lanesAreTrue, "\(name) takes an outcome of \(outcome.rollout) that is not its own")
        }
        outcomes[outcome.rollout] = outcome.counts
    }

    private mutating func freeze(_ digest: String, _ world: World) throws(Violation) {
        planDigest = digest
        guard let plan = world.store.database.plans[digest] else {
            throw Checker.fail(.planIsObeyed, "\(name) freezes \(digest), which is not stored")
        }
        // Of the definition it started with: after a restore that may be an edited one, which rejects nothing.
        let rejected = Set(definition?.baselines.flatMap(\.rejected) ?? [])
        if let patch = plan.patchSets.flatMap(\.patches).first(where: { rejected.contains($0.name) }) {
            throw Checker.fail(.rejectedStaysOut, "\(name) plans \(patch.name)")
        }
    }

    private mutating func approve(_ approval: Approval) throws(Violation) {
        guard approval.planDigest == planDigest else {
            throw Checker.fail(.approvalBindsPlan, "\(name) counts an approval of \(approval.planDigest)")
        }
        guard !approval.by.contains("/"), !approvals.contains(where: { ActorName.isSame($0.by, approval.by) }) else {
            throw Checker.fail(.approvalsAreOfPeople, "\(name) counts an approval of \(approval.by)")
        }
        approvals.append(approval)
    }

    private mutating func pass(_ at: Timestamp) throws(Violation) {
        guard let gate = currentGate, let ended = stageEndedAt else {
            throw Checker.fail(.gateHolds, "\(name) passes a gate that is not there")
        }
        let counts = outcomes.values.reduce(HostRunCounts()) { $0 + $1 }
        guard at >= ended + .seconds(gate.soakSeconds), approvals.count >= gate.approval?.by ?? 0, !isHeld,
            isWaived || !gate.isExceeded(by: counts)
        else {
            throw Checker.fail(
                .gateHolds,
                "\(name) passes its gate at \(at): it ended at \(ended), soaks \(gate.soakSeconds) s, has \(approvals.count) approvals"
            )
        }
        for check in gate.checks ?? [] where !waivedChecks.contains(check.name) {
            guard let last = answers[check.name]?.last, last.passed,
                at < last.askedAt + .seconds(2 * check.everySeconds)
            else {
                let known = answers[check.name].map { "\($0.last)" } ?? "no answer"
                throw Checker.fail(.checksHold, "\(name) passes its gate at \(at) with \(known) of \(check.name)")
            }
        }
        gatePassed = true
    }

    private mutating func halt(at name: String, _ world: World) throws(Violation) {
        world.note(.checkFailed)
        let limit = currentGate?.checks?.first { $0.name == name }?.failures ?? .max
        guard answers[name]?.failures ?? 0 >= limit, !waivedChecks.contains(name) else {
            throw Checker.fail(.checksHold, "\(self.name) halts for \(name), which failed too seldom, or is waived")
        }
        (isHeld, isHeldByGate, heldByCheck) = (true, false, name)
    }
}
