package import Logging

/// How an engine polls, flushes and leases.
package struct EngineConfiguration: Sendable {
    /// How long a shard is kept from other engines after this one was last heard of.
    package var lease = Duration.seconds(6)
    package var renewal = Duration.seconds(1)
    /// How often it looks between renewals whether engines came or went: a drained one's shards wait for no more than this.
    package var leaseLook = Duration.milliseconds(200)
    /// How often the inboxes are read without a hint after there was work, and when there has been none for a while.
    package var busyPoll = Duration.milliseconds(20)
    package var idlePoll = Duration.milliseconds(250)
    /// A poll reads what was received in this time; it spares walking over rows that were consumed lately.
    package var recent = Duration.seconds(2)
    /// How often a poll reads everything, whatever its senders' clocks say.
    package var fullPoll = Duration.seconds(1)
    /// After how many ends in a row, each soon and without retirement, decisions are made one by one and noted before.
    package var carefulAfterDeaths = 2
    /// The first and the longest wait before trying again after failures of the store.
    package var firstRetry = Duration.milliseconds(50)
    package var longestRetry = Duration.seconds(5)
    package var limits = OwnerLimits()

    package init() {}
}

/// One engine process's share of the shards: takes messages, decides, commits.
///
/// Any number of engines share the shards of one store. One that is killed is replaced when its leases end.
package struct EngineService: Sendable {
    private let id: String
    private let store: any Store
    private let types: [StreamType]
    private let hints: Hints
    private let configuration: EngineConfiguration
    private let clock: any Clock<Duration>
    private let time: EngineTime
    private let metrics: EngineMetrics
    private let logger: Logger

    /// - Parameter id: of the place where it runs, such as host name and data folder: an engine that is started again
    ///   under the same id has its shards back at once, without waiting for leases to end. Two that live at a time under
    ///   one id would fence each other again and again.
    package init(
        id: String,
        store: any Store,
        types: [StreamType],
        hints: Hints,
        configuration: EngineConfiguration = EngineConfiguration(),
        clock: any Clock<Duration> = ContinuousClock(),
        time: EngineTime = .store,
        metrics: EngineMetrics = EngineMetrics(),
        logger: Logger
    ) {
        self.id = id
        self.store = store
        self.types = types
        self.hints = hints
        self.configuration = configuration
        self.clock = clock
        self.time = time
        self.metrics = metrics
        var logger = logger
        logger[metadataKey: "engine.id"] = "\(id)"
        self.logger = logger
    }

    /// Runs until the task is cancelled; then finishes the flush under way and gives its shards up.
    ///
    /// Failures of the store are logged and outlasted.
    package func run() async {
        let (stop, mailbox) = (StopFlag(), Mailbox())
        hints.engineListens(mailbox)
        await withTaskCancellationHandler {
            // A task of its own, awaited at once: cancellation must not reach a flush, whose outcome would be unknown.
            await Task {
                let loop = EngineLoop(
                    owner: Owner(engine: id, types: types, limits: configuration.limits),
                    id: id,
                    store: store,
                    hints: hints,
                    mailbox: mailbox,
                    stop: stop,
                    configuration: configuration,
                    clock: clock,
                    time: time,
                    metrics: metrics,
                    logger: logger
                )
                await loop.run()
            }.value
        } onCancel: {
            stop.set()
            mailbox.signal.notify()
        }
    }
}
