import Time

/// An execution that is shown for a time once it is over; the log keeps it.
protocol KeptExecution {
    /// nil while it is at work.
    var endedAt: Timestamp? { get }
}

package enum ExecutionHistory {
    /// How long executions are shown.
    package static let seconds = 30 * 86_400
    /// How many that are over are shown, whatever their age.
    package static let most = 200
}

extension Array where Element: KeptExecution {
    /// Takes away those that are too old, or too many; one that is at work stays.
    mutating func forget(_ now: Timestamp) {
        let oldest = now - .seconds(ExecutionHistory.seconds)
        let surplus = count - ExecutionHistory.most
        self = enumerated().compactMap { index, execution in
            guard let endedAt = execution.endedAt else { return execution }
            return index < surplus || endedAt < oldest ? nil : execution
        }
    }
}
