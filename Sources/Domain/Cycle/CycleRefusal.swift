/// Why a cycle does not do what a message wants.
package enum CycleRefusal: DomainRefusal {
    case alreadyStarted(workflow: String)
    case unfitWorkflow(name: String, flaw: String)
    case notStarted(kind: String)
    case over(state: CycleState, kind: String)
    case aborting
    case notHeld
    case rejectedPatch(reason: String)
    case needsPerson(actor: String, kind: String)
    case halted(reason: String)
    case unknownStage(String, known: [String])
    case needsNoApproval(stage: String)
    case gateNotOpen(stage: String, current: String)
    case gatePassed(stage: String)
    case otherPlan(stage: String, given: String, frozen: String)
    case missingRole(actor: String, role: String, stage: String)
    case alreadyApproved(actor: String, stage: String)
    case ownRequest(actor: String, stage: String, request: String)

    package var code: String {
        switch self {
        case .alreadyStarted: "cycle-already-started"
        case .unfitWorkflow: "workflow-unfit"
        case .notStarted: "cycle-not-started"
        case .over: "cycle-over"
        case .aborting: "cycle-aborting"
        case .notHeld: "cycle-not-held"
        case .rejectedPatch: "patch-rejected"
        case .needsPerson: "person-needed"
        case .halted: "cycle-halted"
        case .unknownStage: "stage-unknown"
        case .needsNoApproval: "approval-not-needed"
        case .gateNotOpen: "gate-not-open"
        case .gatePassed: "gate-passed"
        case .otherPlan: "plan-digest-mismatch"
        case .missingRole: "role-missing"
        case .alreadyApproved: "already-approved"
        case .ownRequest: "own-request"
        }
    }

    package var detail: String {
        switch self {
        case .alreadyStarted(let workflow):
            "cannot start the cycle: it already runs \(workflow); start another one under another name"
        case .unfitWorkflow(let name, let flaw):
            "cannot start a cycle of \(name): \(flaw); correct the file and check it with `ringmaster workflow check`"
        case .notStarted(let kind):
            "cannot \(kind): the cycle has not been started; check its name with `ringmaster cycle ls`"
        case .over(let state, let kind):
            "cannot \(kind): the cycle is \(state.rawValue); start a new one"
        case .aborting:
            "cannot go on: the cycle is being aborted and waits for hosts in flight; start a new one when it has ended"
        case .notHeld:
            "cannot resume: the cycle is neither paused nor halted; nothing needs to be done"
        case .rejectedPatch(let reason):
            "cannot resume: \(reason); abort the cycle and start another, whose plan leaves it out, or accept the patch again with "
                + "`ringmaster patch accept`"
        case .needsPerson(let actor, let kind):
            "cannot \(kind) as \(actor): this is a person's decision; use a token that was issued to a person"
        case .halted(let reason):
            "cannot approve: the cycle is halted, because \(reason); resume or abort it first"
        case .unknownStage(let stage, let known):
            "cannot approve \(stage): the workflow has no such stage; it has \(known.joined(separator: ", "))"
        case .needsNoApproval(let stage):
            "cannot approve \(stage): its gate asks for no approval; it opens by itself"
        case .gateNotOpen(let stage, let current):
            "cannot approve \(stage): its gate is not open, the cycle is at \(current); approve when \(stage) has ended"
        case .gatePassed(let stage):
            "cannot approve \(stage): its gate was passed already; look at the cycle for the gate that is open now"
        case .otherPlan(let stage, let given, let frozen):
            "cannot approve \(stage): the approval is for plan \(given), the cycle's plan is \(frozen); look at that plan, "
                + "then approve its digest"
        case .missingRole(let actor, let role, let stage):
            "cannot approve \(stage) as \(actor): its gate asks for the role \(role); ask somebody who has it"
        case .alreadyApproved(let actor, let stage):
            "cannot approve \(stage) again: the approval of \(actor) already counts; another person must approve"
        case .ownRequest(let actor, let stage, let request):
            "cannot approve \(stage) as \(actor): \(actor) \(request), and its gate asks for others; ask one of them"
        }
    }
}
