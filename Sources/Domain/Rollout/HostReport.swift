package import Time

/// One fact of a host run, as its agent reported it.
package struct HostReport: Codable, Equatable, Sendable {
    /// The target's index in the rollout.
    package var index: Int
    package var attempt: Int
    /// 1, 2, 3 … within the order.
    package var sequence: Int
    /// When it happened by the agent's clock.
    package var happenedAt: Timestamp
    package var fact: HostFact
    /// What the steps of its documents came to, told with the terminal fact; nil when there were none.
    package var steps: [StepOutcome]?

    /// Short, for there is one of these in the log for every step of every host.
    private enum CodingKeys: String, CodingKey {
        case index = "i"
        case attempt = "a"
        case sequence = "q"
        case happenedAt = "t"
        case fact = "f"
        case steps = "s"
    }

    package init(
        index: Int,
        attempt: Int,
        sequence: Int,
        happenedAt: Timestamp,
        fact: HostFact,
        steps: [StepOutcome]? = nil
    ) {
        self.index = index
        self.attempt = attempt
        self.sequence = sequence
        self.happenedAt = happenedAt
        self.fact = fact
        self.steps = steps
    }
}
