import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Starts cycles and takes people's decisions on them.
package struct CycleService: Sendable {
    private let desk: MessageDesk
    private let workflows: WorkflowLibrary
    private let questions: FleetQuestions
    private let reader: StreamReader

    init(desk: MessageDesk, workflows: WorkflowLibrary, questions: FleetQuestions, reader: StreamReader) {
        self.questions = questions
        self.reader = reader
        self.desk = desk
        self.workflows = workflows
    }

    /// - Parameter key: the caller's idempotency key: the same one starts the same cycle, once.
    package func start(_ request: StartCycle, key: String?) async throws -> CycleStarted {
        let person = try PersonName.check(request.by)
        let workflow = try workflows.named(request.workflow)
        let suffix = key.map { ContentStore.digest(of: $0) } ?? Secret.identifier()
        let id = "\(workflow.definition.name)-\(suffix.prefix(10))"
        let book = try await reader.policy()
        let start = CycleStart(
            definition: try workflow.definition.completed(for: "start", by: book),
            definitionDigest: workflow.digest,
            opensWindowsNow: request.openNow,
            policyDigest: book.digest,
            policyAppliedBy: book.appliedBy
        )
        try await desk.ask(Cycle.stream(id), CycleMessage.start(start), id: "start", by: person)
        return CycleStarted(id: id)
    }

    /// - Parameter roles: those that the person has.
    package func approve(
        _ cycle: String,
        _ request: ApproveStage,
        roles: Set<ApprovalRole>,
        key: String?
    ) async throws {
        let person = try PersonName.check(request.by)
        let message = CycleMessage.approve(
            stage: request.stage,
            planDigest: request.planDigest,
            roles: roles.map(\.rawValue).sorted(),
            reason: request.reason
        )
        try await ask(cycle, message, key: key, by: person)
    }

    package func steer(_ cycle: String, _ verb: CycleVerb, _ request: SteerCycle, key: String?) async throws {
        let person = try PersonName.check(request.by)
        guard verb == .resume || !request.reason.isEmpty else {
            let detail =
                "to \(verb.rawValue) a cycle needs a reason, for those who read its log; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
        let message: CycleMessage =
            switch verb {
            case .abort: .abort(reason: request.reason)
            case .pause: .pause(reason: request.reason)
            case .resume: .resume(reason: request.reason.isEmpty ? nil : request.reason)
            }
        try await ask(cycle, message, key: key, by: person)
    }

    /// Whom the stages are for, of the cycle or of those that an approval decides about: the stage before the gate, and the next.
    ///
    /// - Parameter stage: the one before the gate; nil for all, and where there is no such stage.
    /// - Throws: ``Problem`` 404 for an unknown cycle.
    package func targets(of cycle: String, around stage: String? = nil) async throws -> [TargetSelector] {
        try await questions.checkCycle(cycle)
        let decider = DomainDecider<Cycle>.withoutEffects
        let stages = try await reader.fold(decider, Cycle.stream(cycle))?.state.start?.definition.stages ?? []
        guard let stage, let index = stages.firstIndex(where: { $0.name == stage }) else {
            return stages.compactMap(\.laneRules?.targets)
        }
        return stages[index...].prefix(2).compactMap(\.laneRules?.targets)
    }

    /// A cycle that there is not gets no message, which would stay in the database for ever.
    private func ask(_ cycle: String, _ message: CycleMessage, key: String?, by person: String) async throws {
        try await questions.checkCycle(cycle)
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(Cycle.stream(cycle), message, id: id, by: person)
    }
}
