/// What became of one step of a document on one host, as its agent tells it.
package struct StepOutcome: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case succeeded, failed
        case timedOut = "timed-out"
        /// Ended before its time, because the control plane did not want it any more.
        case cancelled
        /// It is for another platform.
        case skipped
        /// The host restarted too often for it, or not at all.
        case notRestarted = "not-restarted"
    }

    /// Of a report: four hooks' worth.
    package static let maximumCount = 4 * Document.maximumSteps
    /// Of the output, in bytes.
    package static let maximumOutput = 1_000

    /// The hook whose document it is of; nil for the order's own document.
    package var hook: Hook?
    package var name: String
    package var state: State
    /// nil when it did not end by itself.
    package var exitCode: Int?
    package var milliseconds: Int
    /// How often it was begun: again after each restart that it asked for or that interrupted it.
    package var attempts: Int
    /// The end of what it said, without control characters.
    package var output: String

    /// Short, for the log has them for every host.
    private enum CodingKeys: String, CodingKey {
        case hook = "h"
        case name = "n"
        case state = "s"
        case exitCode = "c"
        case milliseconds = "m"
        case attempts = "a"
        case output = "o"
    }

    package init(
        hook: Hook?,
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
