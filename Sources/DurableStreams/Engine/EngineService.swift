package import Logging
package import Time

/// How an engine polls, flushes and leases.
package struct EngineConfiguration: Sendable {
    package var lease = Duration.seconds(20)
    package var renewal = Duration.seconds(5)
    /// How often the inboxes are read without a hint while there is work, and the longest wait when there is none.
    package var busyPoll = Duration.milliseconds(20)
    package var idlePoll = Duration.milliseconds(500)

    package init() {}
}

/// One engine process's share of the shards: takes messages, decides, commits.
package struct EngineService: Sendable {
    /// - Parameter id: unique among all engines that ever ran such as `HOST-PID-RANDOM`.
    package init(
        id: String,
        store: any Store,
        types: [StreamType],
        hints: Hints,
        configuration: EngineConfiguration = EngineConfiguration(),
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
    }

    /// Runs until the task is cancelled; then finishes the flush under way and gives its shards up.
    package func run() async {
    }
}
