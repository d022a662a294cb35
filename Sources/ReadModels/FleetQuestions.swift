import AgentProtocol
import Domain
package import DurableStreams
import PatchStreams
package import Postgres
package import Time

/// What people and workers ask about nodes, cycles and the log; every answer holds all that was decided before the question.
package struct FleetQuestions: Sendable {
    let client: PostgresClient
    let reader: StreamReader
    let content: ContentStore
    let projector: Projector
    let now: @Sendable () -> Timestamp
    /// Whatever is waited for, the log's end is asked for once.
    let logEnd = LogEnd()
    let endedLanes = EndedLanes()
    /// See ``patchStates(of:)``.
    let judging = Turn()

    package init(
        client: PostgresClient,
        reader: StreamReader,
        content: ContentStore,
        projector: Projector,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.client = client
        self.reader = reader
        self.content = content
        self.projector = projector
        self.now = now
    }

    /// The CSV that a cycle's report stage wrote.
    ///
    /// - Throws: ``Problem`` 404 for an unknown cycle, 409 while there is no report.
    package func report(cycle id: String) async throws -> String {
        let state = try await cycleState(id, at: nil)
        guard let digest = state.reportDigest, let text = try await content.verified(digest) else {
            let detail = "cycle \(id) has no report yet: it is \(state.state.rawValue); its report stage writes one"
            throw Problem(status: 409, code: "no-report", detail: detail)
        }
        return text
    }
}
