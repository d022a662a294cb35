/// SSM's `MaintenanceWindowExecutionStatus`; executions of associations are kept in its words, too.
package enum ExecutionStatus: String, Codable, Sendable, CaseIterable {
    case pending = "PENDING"
    case inProgress = "IN_PROGRESS"
    case success = "SUCCESS"
    case failed = "FAILED"
    case timedOut = "TIMED_OUT"
    case cancelling = "CANCELLING"
    case cancelled = "CANCELLED"
    case skippedOverlapping = "SKIPPED_OVERLAPPING"

    package var isTerminal: Bool { ![.pending, .inProgress, .cancelling].contains(self) }

    /// Of the whole, by its parts; there are some.
    init(of parts: [Self]) {
        let worst: [Self] = [.failed, .timedOut, .cancelled]
        if parts.allSatisfy(\.isTerminal) {
            self = worst.first(where: parts.contains) ?? .success
        } else if parts.contains(.cancelling) {
            self = .cancelling
        } else {
            self = parts.allSatisfy { $0 == .pending } ? .pending : .inProgress
        }
    }
}
