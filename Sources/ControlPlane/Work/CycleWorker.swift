import Domain
package import DurableStreams
import PatchStreams
package import ReadModels
package import Time

/// Carries out what cycles ask for: resolves lanes, freezes plans, asks gates' checks, writes reports.
package struct CycleWorker: Sendable {
    let reader: StreamReader
    let questions: FleetQuestions
    let content: ContentStore
    let claims: NodeClaims
    let probe: GateProbe
    let export: ReportWriter
    let now: @Sendable () -> Timestamp

    package init(
        reader: StreamReader,
        questions: FleetQuestions,
        content: ContentStore,
        claims: NodeClaims,
        probe: @escaping GateProbe,
        export: @escaping ReportWriter,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.questions = questions
        self.content = content
        self.claims = claims
        self.probe = probe
        self.export = export
        self.now = now
    }

    /// By the kind of task.
    package var handlers: [String: TaskHandler] {
        let handler: TaskHandler = { task in try await carryOut(task) }
        return Dictionary(uniqueKeysWithValues: CycleTask.kinds.map { ($0, handler) })
    }

    // MARK: - Steps

    private func carryOut(_ task: ClaimedTask) async throws -> [Message] {
        let work = try DomainJSON.decode(CycleTask.self, from: task.body)
        let name = task.stream.name
        guard let cycle = try await reader.fold(DomainDecider<Cycle>.withoutEffects, task.stream)?.state,
            let start = cycle.start
        else { throw PermanentTaskFailure("\(task.stream) asked for \(task.kind), but it has not started") }
        let replies: [Reply] =
            switch work {
            case .openLanes(let stage): try await openLanes(of: stage, cycle: name, cycle, start)
            case .freezePlan: [Reply(task.stream, CycleMessage.planFrozen(try await freezePlan(cycle, start)))]
            case .checkGate(let stage, let check, let round):
                await checkGate(stage, check, round, of: cycle, task.stream)
            case .writeReport: [Reply(task.stream, try await writeReport(cycle, name))]
            }
        return try replies.map { try $0.message(of: task, at: now()) }
    }
}
