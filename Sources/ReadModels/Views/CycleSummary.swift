package import Domain
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

    /// The cycle's row; nil before it has started.
    package init?(id: String, _ cycle: Cycle) {
        guard let start = cycle.start, let startedAt = cycle.startedAt else { return nil }
        self.init(
            id: id,
            workflow: start.definition.name,
            state: cycle.state.rawValue,
            stage: cycle.step.isTerminal ? nil : cycle.currentStage?.name,
            startedAt: startedAt,
            endedAt: cycle.endedAt,
            planDigest: cycle.plan?.digest
        )
    }
}
