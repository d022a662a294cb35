import AgentProtocol
import Domain
import DurableStreams
package import ReadModels
package import Time

/// Answers what is going to happen when.
package struct CalendarService: Sendable {
    /// The most openings that are told at once.
    package static let mostOpenings = 1_000
    /// How long a host may be taken to need: one minute to a day.
    package static let hostMinutes = 1...1_440

    private let reader: StreamReader
    private let workflows: WorkflowLibrary
    private let questions: FleetQuestions
    private let now: @Sendable () -> Timestamp

    init(
        reader: StreamReader,
        workflows: WorkflowLibrary,
        questions: FleetQuestions,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.workflows = workflows
        self.questions = questions
        self.now = now
    }

    /// The next openings of the policy's windows, by time.
    ///
    /// - Throws: ``Problem`` 404 for a window that the policy does not have.
    package func windows(named name: String?, from moment: Timestamp?, count: Int) async throws -> [WindowView] {
        let policy = try await reader.policy().policy ?? Policy()
        if let name, policy.window(named: name) == nil {
            let known = policy.windows.map(\.name).joined(separator: ", ")
            let detail = "the policy has no window \(name); it has \(known.isEmpty ? "none" : known)"
            throw Problem(status: 404, code: "window-not-found", detail: detail)
        }
        return try WindowForecast.views(
            of: policy,
            named: name,
            from: moment ?? now(),
            count: min(max(1, count), Self.mostOpenings)
        )
    }

    /// Of the workflows that can be rehearsed, sorted.
    package var workflowNames: [String] { workflows.all.map(\.definition.name) }

    /// A cycle of the workflow as it would go with the present policy and fleet.
    ///
    /// - Throws: ``Problem`` 404 for an unknown workflow, 409 when it leaves something to the policy that it does not have.
    package func rehearse(_ workflow: String, from moment: Timestamp?, hostMinutes: Int) async throws -> RehearsalView {
        let book = try await reader.policy()
        let definition = try workflows.named(workflow).definition.completed(for: "rehearse", by: book)
        let minutes = min(max(hostMinutes, Self.hostMinutes.lowerBound), Self.hostMinutes.upperBound)
        let fleet = try await questions.fleetGroups()
        return try Rehearsal(definition, book.policy ?? Policy(), fleet: fleet, hostMinutes: minutes)
            .view(from: moment ?? now())
    }
}

extension WorkflowDefinition {
    /// What the file leaves to the policy is filled in.
    ///
    /// - Throws: ``Problem`` 409 when the policy does not have it.
    func completed(for verb: String, by book: PolicyBook) throws(Problem) -> Self {
        do throws(PolicyGap) {
            return try completed(by: book)
        } catch {
            throw Problem(status: 409, code: "policy-gap", detail: "cannot \(verb) \(name): \(error)")
        }
    }
}
