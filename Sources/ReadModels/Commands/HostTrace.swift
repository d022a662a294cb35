package import Domain
package import Time

/// What a host told of one host run, and when it was heard.
package struct HostTrace: Equatable, Sendable {
    package var acceptedAt: Timestamp?
    package var endedAt: Timestamp?
    /// The last fact, once it has ended.
    package var fact: HostFact?
    package var steps: [StepOutcome]

    package init(
        acceptedAt: Timestamp? = nil,
        endedAt: Timestamp? = nil,
        fact: HostFact? = nil,
        steps: [StepOutcome] = []
    ) {
        self.acceptedAt = acceptedAt
        self.endedAt = endedAt
        self.fact = fact
        self.steps = steps
    }

    mutating func take(_ report: HostReport, at moment: Timestamp) {
        if case .accepted = report.fact { acceptedAt = acceptedAt ?? moment }
        guard report.fact.ending != nil else { return }
        (endedAt, fact, steps) = (moment, report.fact, report.steps ?? [])
    }
}

/// One node's part in a command.
package struct CommandInvocation: Equatable, Sendable {
    package struct Run: Equatable, Sendable {
        package var part: CommandState.Part
        package var trace: HostTrace
    }

    package var node: String
    package var name: String
    package var status: RunStatus
    /// In the order of the stages.
    package var runs: [Run]

    /// Why it has failed or was refused; nil when it was neither.
    package var detail: String? { runs.last?.trace.fact?.ending?.detail }
}
