package import Logging
package import Time

/// Carries out one task and says what came of it, as messages; a task may be carried out more than once.
package typealias TaskHandler = @Sendable (ClaimedTask) async throws -> [Message]

/// A failure that no further attempt would change; the task is given up at once.
package struct PermanentTaskFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// How tasks are claimed and tried again.
package struct TaskRunnerConfiguration: Sendable {
    /// Tasks carried out at a time.
    package var concurrency = 8
    /// How long a claim holds; it is prolonged while its handler runs.
    package var lease = Duration.seconds(30)
    /// Attempts before a task is dead.
    package var attempts = 8
    /// The wait after the first failure; doubled after each further one.
    package var firstRetry = Duration.seconds(1)
    package var longestRetry = Duration.seconds(300)
    /// How often tasks are looked for without a hint.
    package var pollInterval = Duration.seconds(1)

    package init() {}
}

/// Claims tasks and carries them out.
///
/// A task's end and the messages it leads to are one transaction. A task that fails is tried again with growing waits;
/// after the last attempt it is kept as dead, and its stream gets a message ``failureKind``.
package struct TaskRunner: Sendable {
    /// The kind of the message that tells a stream of its dead task: `{"task":ID,"kind":KIND,"error":TEXT}`, with the
    /// id `ID/failed`.
    package static let failureKind = "task-failed"

    private let store: any TaskStore
    private let hints: Hints
    private let handlers: [String: TaskHandler]
    private let configuration: TaskRunnerConfiguration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let signal = Signal()

    /// - Parameter handlers: by the kind of task.
    package init(
        store: any TaskStore,
        hints: Hints,
        handlers: [String: TaskHandler],
        configuration: TaskRunnerConfiguration = TaskRunnerConfiguration(),
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.store = store
        self.hints = hints
        self.handlers = handlers
        self.configuration = configuration
        self.clock = clock
        self.now = now
        self.logger = logger
        hints.taskRunnerListens(signal)
    }

    /// Carries out tasks until the task is cancelled, then finishes those that run.
    ///
    /// Handlers are not cancelled with it: what they do has effects. A process that must end sooner may be killed; the
    /// claims run out and another worker goes on.
    package func run() async {
    }
}
