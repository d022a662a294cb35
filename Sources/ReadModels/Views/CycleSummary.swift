package import Time

/// A line of `cycle ls`.
package struct CycleSummary: Codable, Equatable, Sendable {
    package var id: String
    package var workflow: String
    package var state: String
    package var stage: String?
    package var startedAt: Timestamp
    package var endedAt: Timestamp?
    package var planDigest: String?

    package init(
        id: String,
        workflow: String,
        state: String,
        stage: String?,
        startedAt: Timestamp,
        endedAt: Timestamp?,
        planDigest: String?
    ) {
        self.id = id
        self.workflow = workflow
        self.state = state
        self.stage = stage
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.planDigest = planDigest
    }
}
