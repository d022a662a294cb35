import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
import ReadModels
package import Time

/// Sends the commands of SSM's API: each is a cycle that waits for nobody.
package struct CommandService: Sendable {
    private let desk: MessageDesk
    private let cycles: OneOffCycles
    private let documents: DocumentShelf
    let questions: FleetQuestions

    init(desk: MessageDesk, cycles: OneOffCycles, documents: DocumentShelf, questions: FleetQuestions) {
        self.desk = desk
        self.cycles = cycles
        self.documents = documents
        self.questions = questions
    }

    /// Returns when the command's cycle is started, durably.
    ///
    /// - Parameters:
    ///   - id: a UUID in lower case; the same one sends the same command, once.
    ///   - site: the region; no node of another is meant.
    ///   - end: from then on no host begins; nil where the command's own times are all.
    ///   - owner: who hears of its end; nil for nobody.
    ///   - actor: the person, or the machine's name such as `window/mw-…`.
    /// - Returns: the cycle's id.
    /// - Throws: ``CommandRefusal`` for what cannot be sent, and problems of the control plane.
    package func send(
        _ command: SentCommand,
        id: String,
        site: String,
        until end: Timestamp? = nil,
        for owner: CommandOwner? = nil,
        by actor: String
    ) async throws -> String {
        let definition = try await definition(command, site, end)
        try await check(command.instanceIDs, site)
        let cycle = SentCommand.cycle(ofCommand: id)
        try await cycles.start(cycle, definition, command: command, owner: owner, by: actor)
        return cycle
    }

    /// Whether the command can be sent, as ``send(_:id:site:until:for:by:)`` finds out.
    ///
    /// - Throws: ``CommandRefusal`` for one that cannot.
    package func check(_ command: SentCommand, site: String) async throws {
        _ = try await definition(command, site, nil)
    }

    /// Aborts it: hosts that have not begun do not begin, and those at work are told to end.
    ///
    /// A command that has ended is left as it is.
    ///
    /// - Throws: ``Problem`` 404 for a command that there is not.
    package func cancel(_ id: String, by actor: String) async throws {
        try await cancel(id, .abort(reason: "cancelled"), key: "abort/cancel-command", by: actor)
    }

    /// Nothing more begins on these nodes, and those at work are told to end; the others go on.
    ///
    /// A command that has ended, or is being cancelled as a whole, is left as it is.
    ///
    /// - Parameter key: the caller's idempotency key.
    /// - Throws: ``Problem`` 404 for a command that there is not.
    package func cancel(_ id: String, nodes: [String], key: String, by actor: String) async throws {
        try await cancel(id, .cancel(nodes: nodes), key: "cancel/\(key)", by: actor)
    }

    private func cancel(_ id: String, _ message: CycleMessage, key: String, by actor: String) async throws {
        let cycle = SentCommand.cycle(ofCommand: id)
        try await questions.checkCycle(cycle)
        do {
            try await desk.ask(Cycle.stream(cycle), message, id: key, by: actor)
        } catch let problem as Problem where ["cycle-over", "cycle-aborting"].contains(problem.code) {
            return
        }
    }

    // MARK: - Steps

    /// What its documents are from now on is no concern of it any more: the definition has them whole.
    private func definition(
        _ command: SentCommand,
        _ site: String,
        _ end: Timestamp?
    ) async throws -> WorkflowDefinition {
        let reference = command.documentVersion
        guard let version = DocumentVersionReference(reference) else {
            throw CommandRefusal.unknownVersion(document: command.documentName, version: reference ?? "")
        }
        let document = try await documents.document(command.documentName, version).document
        var hooks: [Document] = []
        for name in command.hookNames(of: document) { hooks += try await documents.hook(name).map { [$0] } ?? [] }
        return try command.definition(of: document, site: site, hooks: hooks, until: end)
    }

    private func check(_ nodes: [String], _ site: String) async throws {
        var seen: Set<String> = []
        if let twice = nodes.first(where: { !seen.insert($0).inserted }) { throw CommandRefusal.repeatedNode(twice) }
        guard !nodes.isEmpty else { return }
        let known = try await questions.nodes(in: nodes).filter { $0.site == site && !$0.isRevoked }
        let unknown = seen.subtracting(known.map(\.id))
        guard unknown.isEmpty else { throw CommandRefusal.unknownNodes(unknown.sorted()) }
    }
}
