/// What became of one step of a document.
package struct StepResult: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case succeeded, failed
        case timedOut = "timed-out"
        /// Ended before its time, because the control plane did not want it any more.
        case cancelled
        /// It is for another platform.
        case skipped
        /// It asked for a restart that there could not be, or that did not come about.
        case notRestarted = "not-restarted"
    }

    /// Of one report.
    package static let maximumCount = 80
    /// Of ``output``, in bytes.
    package static let maximumOutput = 1_000

    /// The hook whose document it is of; nil for the order's own document.
    package var hook: Order.Hook?
    package var name: String
    package var state: State
    /// nil when it did not end by itself.
    package var exitCode: Int?
    /// Of the last time that it was begun.
    package var milliseconds: Int
    /// How often it was begun: again after each restart that it asked for or that interrupted it.
    package var attempts: Int
    /// The end of what it said, standard error among it, with control characters masked.
    package var output: String

    package init(
        hook: Order.Hook?,
        name: String,
        state: State,
        exitCode: Int?,
        milliseconds: Int,
        attempts: Int,
        output: String
    ) {
        self.hook = hook
        self.name = name
        self.state = state
        self.exitCode = exitCode
        self.milliseconds = milliseconds
        self.attempts = attempts
        self.output = output
    }
}
