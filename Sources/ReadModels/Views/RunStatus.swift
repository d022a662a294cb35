package import Domain

/// A state in the words of SSM's Run Command: its status, and the status details that clients go by.
package struct RunStatus: Codable, Equatable, Sendable {
    package var status: String
    package var details: String

    package init(_ status: String, _ details: String? = nil) {
        self.status = status
        self.details = details ?? status
    }

    private static let deliveryTimedOut = Self("TimedOut", "DeliveryTimedOut")
    private static let executionTimedOut = Self("TimedOut", "ExecutionTimedOut")

    /// Of one host.
    ///
    /// - Parameters:
    ///   - failure: the class of a failed run.
    ///   - isHalted: its lane was over its threshold, so that what was queued was not sent.
    package init(of state: HostRunState, failure: String?, isHalted: Bool) {
        self =
            switch state {
            case .queued, .ordered: Self("Pending")
            case .accepted, .installing, .rebooting, .verifying: Self("InProgress")
            case .succeeded: Self("Success")
            case .failed: failure == FailureClass.timeout.rawValue ? Self.executionTimedOut : Self("Failed")
            case .timedOut: Self.executionTimedOut
            case .unknown, .refused: Self.deliveryTimedOut
            case .missedWindow: isHalted ? Self("Cancelled", "Terminated") : Self.deliveryTimedOut
            case .cancelled: Self("Cancelled")
            }
    }

    /// Of all hosts together.
    package init(of state: CycleState, _ counts: HostRunCounts) {
        self =
            switch state {
            case .planned: Self("Pending")
            case .running, .paused:
                counts.terminal > 0 || HostRunState.allCases.contains { $0.isRunning && counts[$0] > 0 }
                    ? Self("InProgress") : Self("Pending")
            case .aborting: Self("Cancelling")
            case .aborted: Self("Cancelled")
            case .halted, .failed: Self("Failed")
            case .completed: Self(ofCompleted: counts)
            }
    }

    private init(ofCompleted counts: HostRunCounts) {
        self =
            if counts.total == 0 {
                Self("Failed", "NoInstancesInTag")
            } else if counts.failed > 0 {
                Self("Failed", "Incomplete")
            } else if counts[.succeeded] > 0 {
                Self("Success")
            } else {
                Self.deliveryTimedOut
            }
    }
}
