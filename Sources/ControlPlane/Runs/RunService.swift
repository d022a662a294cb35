import AgentProtocol
import Domain
package import ReadModels

/// Starts one-off runs: a cycle of one stage, made up of what a person types.
package struct RunService: Sendable {
    private let cycles: OneOffCycles
    private let documents: DocumentShelf

    init(cycles: OneOffCycles, documents: DocumentShelf) {
        self.cycles = cycles
        self.documents = documents
    }

    /// - Parameter key: the caller's idempotency key: the same one starts the same run, once.
    package func start(_ request: StartRun, key: String?) async throws -> CycleStarted {
        let person = try PersonName.check(request.by)
        let document = try await document(of: request)
        try check(request, document)
        let suffix = key.map { ContentStore.digest(of: $0) } ?? Secret.identifier()
        let id = "\(WorkflowDefinition.oneOffRun)-\(suffix.prefix(10))"
        try await cycles.start(id, Self.definition(request, document), by: person)
        return CycleStarted(id: id)
    }

    // MARK: - Steps

    private func document(of request: StartRun) async throws -> Document {
        switch (request.command, request.document) {
        case (let command?, nil):
            let step = DocumentStep(
                name: "command",
                work: .command(command),
                timeoutSeconds: request.timeoutSeconds,
                user: request.user
            )
            return Document(name: "command", steps: [step])
        case (nil, let name?): return try await documents.named(name)
        case (nil, nil), (_?, _?): throw Self.unfit("it needs a command or the name of a document, and not both")
        }
    }

    private func check(_ request: StartRun, _ document: Document) throws(Problem) {
        if let flaw = document.flaw { throw Self.unfit(flaw) }
        guard request.targets != .all else { throw Self.unfit("it names no targets") }
        guard StartRun.secondsRange.contains(request.deliverySeconds) else {
            throw Self.unfit("a delivery timeout of \(request.deliverySeconds) s is not among 30 s to 1 day")
        }
        guard request.maxConcurrency.isPositive else {
            throw Self.unfit("a max concurrency of \(request.maxConcurrency) is not at least 1 or 1%")
        }
        guard request.maxConcurrency.isInRange, request.maxErrors.isInRange else {
            throw Self.unfit("max concurrency and max errors are numbers, or percentages up to 100%")
        }
    }

    private static func unfit(_ reason: String) -> Problem {
        Problem(status: 400, code: "run-unfit", detail: "cannot start the run: \(reason); correct it and start again")
    }

    private static func definition(_ request: StartRun, _ document: Document) -> WorkflowDefinition {
        let rules = LaneRules(
            targets: request.targets,
            window: WindowRule(
                opens: .now,
                zone: .site,
                durationSeconds: request.deliverySeconds,
                cutoffSeconds: 0
            ),
            rateControl: RateControl(maxConcurrency: request.maxConcurrency, maxErrors: request.maxErrors),
            deliverySeconds: request.deliverySeconds,
            // A host that restarts may wait for its slot as long as others may begin.
            hostRunSeconds: min(
                document.timeoutSeconds + SentCommand.slackSeconds + request.deliverySeconds,
                SentCommand.longestHostRunSeconds
            )
        )
        return .oneOff([Stage(name: WorkflowDefinition.oneOffRun, work: .run(rules, document))])
    }
}

extension Limit {
    fileprivate var isPositive: Bool {
        switch self {
        case .count(let number), .percent(let number): number > 0
        }
    }

    fileprivate var isInRange: Bool {
        switch self {
        case .count(let count): (0...10_000_000).contains(count)
        case .percent(let percent): (0...100).contains(percent)
        }
    }
}
