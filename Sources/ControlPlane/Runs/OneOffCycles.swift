import Domain
import DurableStreams
import PatchStreams
import ReadModels

/// Starts the cycles of what is asked for once: people's runs, and commands of SSM's API.
struct OneOffCycles: Sendable {
    let desk: MessageDesk
    let reader: StreamReader

    /// Starts the cycle by the present policy; the same id starts it once.
    func start(
        _ id: String,
        _ definition: WorkflowDefinition,
        command: SentCommand? = nil,
        owner: CommandOwner? = nil,
        by actor: String
    ) async throws {
        let book = try await reader.policy()
        var definition = definition
        if command != nil, !definition.runsAlone {
            definition.baselines = (book.policy ?? Policy()).allBaselinesAsSSM
        }
        definition = try definition.completed(for: "run", by: book)
        let start = CycleStart(
            definition: definition,
            definitionDigest: ContentStore.digest(of: try DomainJSON.encode(definition)),
            opensWindowsNow: true,
            policyDigest: book.digest,
            policyAppliedBy: book.appliedBy,
            command: command,
            owner: owner
        )
        try await desk.ask(Cycle.stream(id), CycleMessage.start(start), id: "start", by: actor)
    }
}
