import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Starts cycles and takes people's decisions on them.
package struct CycleService: Sendable {
    /// Until people sign in by themselves, who holds the operator token has every role.
    private static let operatorRoles = ApprovalRole.allCases.map(\.rawValue)

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
        try PersonName.check(request.by)
        let workflow = try workflows.named(request.workflow)
        let suffix = key.map { ContentStore.digest(of: $0) } ?? Secret.identifier()
        let id = "\(workflow.definition.name)-\(suffix.prefix(10))"
        let book = try await reader.policy()
        let start = CycleStart(
            definition: try workflow.definition.completed(for: "start", by: book),
            definitionDigest: workflow.digest,
            opensWindowsNow: request.openNow,
            policyDigest: book.digest
        )
        try await desk.ask(Cycle.stream(id), CycleMessage.start(start), id: "start", by: request.by)
        return CycleStarted(id: id)
    }

    package func approve(_ cycle: String, _ request: ApproveStage, key: String?) async throws {
        try PersonName.check(request.by)
        let message = CycleMessage.approve(
            stage: request.stage,
            planDigest: request.planDigest,
            roles: Self.operatorRoles,
            reason: request.reason
        )
        try await ask(cycle, message, key: key, by: request.by)
    }

    package func steer(_ cycle: String, _ verb: CycleVerb, _ request: SteerCycle, key: String?) async throws {
        try PersonName.check(request.by)
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
        try await ask(cycle, message, key: key, by: request.by)
    }

    /// A cycle that there is not gets no message, which would stay in the database for ever.
    private func ask(_ cycle: String, _ message: CycleMessage, key: String?, by person: String) async throws {
        try await questions.checkCycle(cycle)
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(Cycle.stream(cycle), message, id: id, by: person)
    }
}
