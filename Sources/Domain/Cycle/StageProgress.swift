package import Time

/// How far a stage of a cycle has come.
package struct StageProgress: Codable, Equatable, Sendable {
    package var name: String
    package var openedAt: Timestamp?
    package var lanes: [Lane] = []
    /// In the order in which lanes ended.
    package var outcomes: [LaneOutcome] = []
    /// By rollout: the errors at which it last halted; it may have gone on since.
    var haltErrors: [String: Int] = [:]
    package var endedAt: Timestamp?
    /// Set once its gate is open.
    package var gate: GateProgress?

    package init(name: String) { self.name = name }

    /// The host runs of the lanes that have ended.
    package var counts: HostRunCounts { outcomes.reduce(HostRunCounts()) { $0 + $1.counts } }

    package func hasOutcome(of rollout: String) -> Bool { outcomes.contains { $0.rollout == rollout } }

    /// The lanes that have not ended.
    package var openLanes: [Lane] {
        let ended = Set(outcomes.map(\.rollout))
        return lanes.filter { !ended.contains($0.rollout) }
    }
}
