/// How the cycle of a command ended.
package struct CommandEnding: Codable, Equatable, Sendable {
    /// SSM's bound of `StatusDetails`.
    static let longestDetails = 250

    /// Completed, aborted or failed.
    package var state: CycleState
    /// Of all its stages together.
    package var counts: HostRunCounts

    package init(state: CycleState, counts: HostRunCounts) {
        self.state = state
        self.counts = counts
    }

    /// The status and its details, in the words of Run Command.
    var outcome: (status: ExecutionStatus, details: String) {
        switch state {
        case .aborted: (.cancelled, "Cancelled")
        case .completed where counts.total == 0: (.failed, "NoInstancesInTag")
        case .completed where counts.failed > 0: (.failed, "Incomplete")
        case .completed where counts[.succeeded] > 0: (.success, "Success")
        case .completed: (.timedOut, "DeliveryTimedOut")
        case .planned, .running, .paused, .halted, .aborting, .failed: (.failed, "Failed")
        }
    }
}
