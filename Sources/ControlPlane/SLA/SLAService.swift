import AgentProtocol
package import Domain
import DurableStreams
package import ReadModels
import Time

/// Answers which findings are open for too long, and which will be.
package struct SLAService: Sendable {
    /// The most findings that are told at once.
    package static let mostItems = 5_000

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

    /// The findings of the fleet by what is due, judged by the present policy, with what the present schedule makes of them.
    ///
    /// - Parameters:
    ///   - state: of those that are listed; nil for all. Whatever is listed, all are counted.
    ///   - limit: how many are listed, within 1 to ``mostItems``.
    /// - Throws: ``Problem`` 409 when there are more advisories than can be judged by.
    package func findings(in state: SLAClock.State?, limit: Int) async throws -> SLAView {
        let moment = now()
        let book = try await reader.policy()
        let windows = try ComingWindows(workflows, book, fleet: try await questions.fleetGroups(), from: moment)
        let limit = min(max(1, limit), Self.mostItems)
        var tally = SLATally(book, windows, wanted: state, limit: limit, at: moment)
        let (judged, unjudged) = try await questions.findings { tally.add($0) }
        return tally.view(judged: judged, unjudged: unjudged)
    }
}
