package import Time

/// One fact of a host run, sent to `POST /agent/v1/reports`.
///
/// Idempotent by (order, sequence); the agent keeps it until it is acknowledged, which means durable.
package struct Report: Codable, Equatable, Sendable {
    package var order: String
    /// 1, 2, 3 … within the order, without gaps.
    package var sequence: Int
    /// When it happened by the agent's clock.
    package var at: Timestamp
    package var fact: HostRunFact
    /// What the steps of the order's documents came to, told with the terminal fact; nil when there were none.
    package var steps: [StepResult]?

    package init(order: String, sequence: Int, at: Timestamp, fact: HostRunFact, steps: [StepResult]? = nil) {
        self.order = order
        self.sequence = sequence
        self.at = at
        self.fact = fact
        self.steps = steps
    }
}

/// What `POST /agent/v1/reports` takes: at most ``maximumCount`` reports of the signing node, in order, and beside them
/// ``maximumBoots`` of reboots and ``maximumRepairs`` of repairs.
package struct ReportBatch: Codable, Equatable, Sendable {
    package static let maximumCount = 100
    package static let maximumBoots = 20
    package static let maximumRepairs = 20

    package var reports: [Report]
    /// The node's reboots; nil when there is nothing to tell of them.
    package var boots: [BootReport]?
    /// What was repaired on the host; nil when there is nothing to tell of it.
    package var repairs: [RepairReport]?

    package init(reports: [Report], boots: [BootReport]? = nil, repairs: [RepairReport]? = nil) {
        self.reports = reports
        self.boots = boots
        self.repairs = repairs
    }
}
