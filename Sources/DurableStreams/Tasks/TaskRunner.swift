package import Logging
package import Time
import Tracing

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
    /// The kind of the message that tells a stream of its dead task, with the id `ID/failed`.
    ///
    /// Its body is `{"task":ID,"kind":KIND,"work":BODY,"error":TEXT}`, BODY being the task's own JSON.
    package static let failureKind = "task-failed"

    private let store: any TaskStore
    private let hints: Hints
    private let worker: String
    private let handlers: [String: TaskHandler]
    private let configuration: TaskRunnerConfiguration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let signal = Signal()

    /// - Parameters:
    ///   - worker: the runner's name: one that is started again under it has its tasks back at once, without waiting for its
    ///     claims to run out. Two that live at a time need two names.
    ///   - handlers: by the kind of task.
    package init(
        worker: String,
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
        self.worker = worker
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
        let stop = StopFlag()
        await withTaskCancellationHandler {
            // A task of its own, awaited at once: handlers run to their ends whatever becomes of the caller.
            await Task { await serve(until: stop) }.value
        } onCancel: {
            stop.set()
            signal.notify()
        }
    }

    // MARK: - Steps

    private func serve(until stop: StopFlag) async {
        let running = RunningTasks()
        do throws(StoreError) {
            try await store.releaseClaims(of: worker)
        } catch {
            logger.warning("former claims could not be given back; they run out", metadata: ["error": "\(error)"])
        }
        await withDiscardingTaskGroup { group in
            while !stop.isSet {
                let claimed = await claim(atMost: configuration.concurrency - running.count)
                for task in claimed {
                    running.add(task)
                    group.addTask {
                        await self.carryOut(task)
                        running.remove(task)
                        self.signal.notify()
                    }
                }
                guard claimed.isEmpty else { continue }
                await signal.wait(atMost: configuration.pollInterval, clock: clock)
                if running.isExtensionDue(now(), every: configuration.lease / 3) { await extend(running) }
            }
            while running.count > 0 {
                await signal.wait(atMost: configuration.lease / 3, clock: clock)
                await extend(running)
            }
        }
    }

    private func claim(atMost limit: Int) async -> [ClaimedTask] {
        guard limit > 0 else { return [] }
        do throws(StoreError) {
            return try await store.claimTasks(
                of: handlers.keys.sorted(),
                for: worker,
                limit: limit,
                lease: configuration.lease
            )
        } catch {
            logger.warning("tasks cannot be claimed; trying again", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func extend(_ running: RunningTasks) async {
        do throws(StoreError) {
            for task in try await store.extendClaims(running.all, lease: configuration.lease)
            where running.contains(task) {
                logger.warning("a claim was lost; the task may run twice", metadata: metadata(task))
            }
        } catch {
            logger.warning("claims cannot be prolonged; trying again", metadata: ["error": "\(error)"])
        }
    }

    private func carryOut(_ task: ClaimedTask) async {
        guard let handler = handlers[task.kind] else { return }
        // Its stream hears nothing: the failure's message would carry what a stranger wrote, under a seal of ours.
        guard task.isSealed else { return await bury(task, "\(UnsealedRow(.task))", nil) }
        guard task.attempt <= configuration.attempts else {
            return await fail(
                task,
                "no worker lived to its end in \(configuration.attempts) attempts",
                isPermanent: true
            )
        }
        let messages: [Message]
        do {
            messages = try await withSpan("task \(task.kind)", ofKind: .consumer) { span in
                span.attributes["ringmaster.task"] = task.id
                span.attributes["ringmaster.stream"] = "\(task.stream)"
                span.attributes["ringmaster.attempt"] = task.attempt
                return try await handler(task)
            }
            for message in messages { try message.check() }
        } catch {
            // What cannot be stored now cannot be stored later.
            let isPermanent =
                error is PermanentTaskFailure || error is InvalidText || task.attempt >= configuration.attempts
            return await fail(task, "\(error)", isPermanent: isPermanent)
        }
        do throws(StoreError) {
            if try await store.complete(task, messages: messages) {
                hints.inboxChanged()
            } else {
                logger.warning("a task was finished after its claim was lost", metadata: metadata(task))
            }
        } catch {
            // Perhaps it is finished; if not, its claim runs out and it is carried out again.
            logger.warning("a task's end could not be stored", metadata: metadata(task, error))
        }
    }

    private func fail(_ task: ClaimedTask, _ reason: String, isPermanent: Bool) async {
        let error = String(reason.prefix(2_000)).replacing("\0", with: "\u{FFFD}")
        guard !isPermanent else { return await bury(task, error, failureMessage(task, error)) }
        logger.warning("a task failed; trying again", metadata: metadata(task, error))
        do throws(StoreError) {
            try await store.retry(task, error: error, after: delay(after: task.attempt))
        } catch {
            logger.warning("a task's failure could not be stored", metadata: metadata(task, error))
        }
    }

    private func bury(_ task: ClaimedTask, _ reason: String, _ message: Message?) async {
        logger.error("a task is given up", metadata: metadata(task, reason))
        do throws(StoreError) {
            try await store.bury(task, error: reason, message: message)
            hints.inboxChanged()
        } catch {
            logger.warning("a task's failure could not be stored", metadata: metadata(task, error))
        }
    }

    private func delay(after attempt: Int) -> Duration {
        min(configuration.firstRetry * (1 << min(max(attempt - 1, 0), 20)), configuration.longestRetry)
    }

    private func failureMessage(_ task: ClaimedTask, _ error: String) -> Message {
        let (id, kind) = (JSONText.quoted(task.id), JSONText.quoted(task.kind))
        return Message(
            id: "\(task.id)/failed",
            stream: task.stream,
            kind: Self.failureKind,
            body: "{\"task\":\(id),\"kind\":\(kind),\"work\":\(task.body),\"error\":\(JSONText.quoted(error))}",
            actor: "worker",
            receivedAt: now()
        )
    }

    private func metadata(_ task: ClaimedTask, _ error: (any CustomStringConvertible)? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "task.id": "\(task.id)", "task.kind": "\(task.kind)", "task.attempt": "\(task.attempt)",
            "stream": "\(task.stream)",
        ]
        if let error { metadata["error"] = "\(error)" }
        return metadata
    }
}
