import Logging
import Time
import Tracing

/// Drives an owner with a store, one step after the other; only the next flush is decided while one is written.
final class EngineLoop {
    private static let loadedAtOnce = 32

    var owner: Owner
    let id: String
    let store: any Store
    let hints: Hints
    private let mailbox: Mailbox
    private let stop: StopFlag
    let configuration: EngineConfiguration
    private let clock: any Clock<Duration>
    let metrics: EngineMetrics
    let logger: Logger

    var time: EngineClock
    var pace: PollPace
    var leasesDue = Moment()
    var leaseLookDue = Moment()
    var livesUntil: Timestamp?
    /// Shards whose last commits are not sealed: nothing is decided in them.
    var unsealedShards: Set<Shard> = []
    /// Each message is noted before it is decided, for this engine has ended too often.
    private var isCareful = false
    /// Steps in a row that failed, for waiting longer each time.
    private var failures = 0
    /// Spent on the flush that is being decided.
    var deciding = Duration.zero

    init(
        owner: consuming Owner,
        id: String,
        store: any Store,
        hints: Hints,
        mailbox: Mailbox,
        stop: StopFlag,
        configuration: EngineConfiguration,
        clock: any Clock<Duration>,
        time: EngineTime,
        metrics: EngineMetrics,
        logger: Logger
    ) {
        self.owner = owner
        self.id = id
        self.store = store
        self.hints = hints
        self.mailbox = mailbox
        self.stop = stop
        self.configuration = configuration
        self.clock = clock
        self.time = EngineClock(time)
        self.metrics = metrics
        self.logger = logger
        pace = PollPace(configuration)
    }

    func run() async {
        logger.info("engine started")
        var hasBegun = false
        while !stop.isSet {
            do throws(StoreError) {
                if !hasBegun { try await begin() }
                hasBegun = true
                try await step()
                failures = 0
            } catch {
                failures += 1
                acceptNothing()
                logger.warning(
                    "the store failed; trying again",
                    metadata: ["error": "\(error)", "engine.failures": "\(failures)"]
                )
                await pause()
            }
        }
        acceptNothing()
        await giveUp()
        logger.info("engine stopped")
    }

    // MARK: - Steps

    /// Sends those who wait for a decision to their inboxes, until the next reading: while the store fails they are better told
    /// so than kept waiting.
    private func acceptNothing() {
        mailbox.accept([])
        hints.declineAll()
    }

    /// Looks how the last engine of this name ended: a decision that makes its process trap would do so again and again.
    private func begin() async throws(StoreError) {
        let start = try await store.begin(engine: id)
        if let suspect = start.suspect {
            owner.condemn(suspect, "the engine's process ended while it decided this; report it as a defect")
        }
        guard start.deaths >= configuration.carefulAfterDeaths else { return }
        isCareful = true
        owner.decideSingly(true)
        logger.warning("the engine ended soon several times; deciding one by one")
    }

    /// Notes what is decided next, until all that waited is decided.
    private func takeCare(_ hasPolled: Bool) async throws(StoreError) {
        let next = owner.nextDecision()
        try await store.note(suspect: next, of: id)
        guard next == nil, hasPolled, !pace.isBehind, !owner.ownedShards.isEmpty else { return }
        isCareful = false
        owner.decideSingly(false)
    }

    private func step() async throws(StoreError) {
        try await keepShards()
        guard let now = time.now else { return }
        let hasPolled = try await gather(now)
        if isCareful { try await takeCare(hasPolled) }
        let flush = timed { owner.nextFlush(at: now) }
        let decidedIn = deciding
        deciding = .zero
        guard let flush else { return await rest(hasPolled, now) }
        metrics.decided(in: decidedIn, wakeLag: owner.takeWakeLag())
        try await write(flush)
    }

    /// Waits for a hint, the next poll or the next wake-up; not at all when the last poll has left some.
    private func rest(_ hasPolled: Bool, _ now: Timestamp) async {
        for notice in owner.takeNotices() { log(notice) }
        guard !(pace.isBehind && hasPolled) else { return }
        var wait = pace.interval
        if let wake = owner.nextWake() { wait = min(wait, max(wake - now, .milliseconds(1))) }
        await mailbox.signal.wait(atMost: wait, clock: clock)
    }

    /// Waits after a failure: longer each time, but not past a hint to stop.
    private func pause() async {
        let wait = configuration.firstRetry * (1 << min(max(failures - 1, 0), 16))
        await mailbox.signal.wait(atMost: min(wait, configuration.longestRetry), clock: clock)
    }

    /// Takes what the inboxes hold and loads what is needed to decide it.
    ///
    /// - Returns: whether the inboxes were read.
    @discardableResult
    private func gather(_ now: Timestamp) async throws(StoreError) -> Bool {
        if owner.room > 0 { takeMail() }
        // What is handed over keeps an engine busy; it must not keep it from what others have sent.
        let mustPoll = owner.backlog < configuration.limits.flushRows ? pace.isDue(now) : pace.isFullPollDue(now)
        let hasPolled = owner.room > 0 && mustPoll
        if hasPolled { try await poll(now) }
        mailbox.accept(owner.acceptingShards)
        owner.tick(now)
        while true {
            let requests = owner.streamsToLoad(limit: Self.loadedAtOnce)
            guard !requests.isEmpty else { return hasPolled }
            try await load(requests, now)
        }
    }

    private func takeMail() {
        let mail = mailbox.take()
        if mail.isIncomplete { lookIntoInbox() }
        owner.handOver(mail.messages)
        guard !mail.direct.isEmpty else { return }
        hints.decline(owner.take(mail.direct))
    }

    private func lookIntoInbox() {
        owner.fallBehind()
        pace.restart()
    }

    private func load(_ requests: [LoadRequest], _ now: Timestamp) async throws(StoreError) {
        let span = startSpan("engine activation")
        defer { span.end() }
        span.attributes["ringmaster.streams"] = requests.count
        let parts = [requests.filter { !$0.fromFirstEvent }, requests.filter(\.fromFirstEvent)]
        for (number, part) in parts.enumerated() where !part.isEmpty {
            do throws(StoreError) {
                let streams = try await store.load(part.map(\.stream), fromFirstEvent: part[0].fromFirstEvent)
                for (request, stream) in zip(part, streams) { owner.loaded(stream, for: request, at: now) }
            } catch {
                for request in parts[number...].joined() { owner.loadFailed(request) }
                span.recordError(error)
                throw error
            }
        }
    }

    // MARK: - Flushing

    /// Writes the flush, and meanwhile decides the next.
    private func write(_ flush: Flush) async throws(StoreError) {
        let writing = Task { [store, metrics] () -> Result<Set<MessageKey>, StoreError> in
            let span = startSpan("engine commit")
            defer { span.end() }
            if span.isRecording { flush.describe(span) }
            do throws(StoreError) {
                let began = ContinuousClock.now
                let leftOut = try await store.append(flush)
                metrics.wrote(flush, in: ContinuousClock.now - began)
                return .success(leftOut)
            } catch {
                span.recordError(error)
                return .failure(error)
            }
        }
        var gathering: StoreError?
        do throws(StoreError) {
            if !isCareful, let now = time.now {
                try await gather(now)
                timed { owner.decideAhead(at: now) }
            }
        } catch {
            gathering = error
        }
        switch await writing.value {
        case .success(let leftOut):
            release(owner.flushed(.committed(leftOut: leftOut)))
            if let gathering { throw gathering }
        case .failure(let failure):
            metrics.flushFailed()
            acceptNothing()
            release(owner.flushed(await outcome(of: flush, failure)))
            throw failure
        }
    }

    /// What became of the flush; asks the log until it is known, or until the engine is to stop: then nobody is told.
    private func outcome(of flush: Flush, _ failure: StoreError) async -> FlushOutcome {
        switch failure.code {
        case .unavailable, .unsealed: return .notWritten(heads: [])
        case .invalid: return .invalid(failure.description)
        case .conflict, .outcomeUnknown: break
        }
        while !stop.isSet {
            do throws(StoreError) {
                if let witness = flush.witness, try await store.contains(witness) {
                    // Which of its messages were answered before is not known: they are left to the next reading.
                    lookIntoInbox()
                    return .committed(leftOut: Set(flush.parts.flatMap(\.messages).map(\.key)))
                }
                let heads = try await store.heads(of: flush.parts.map(\.shard))
                return failure.code == .conflict ? .conflict(heads: heads) : .notWritten(heads: heads)
            } catch {
                failures += 1
                logger.warning(
                    "the outcome of a flush is unknown and the log cannot be read; trying again",
                    metadata: ["error": "\(error)", "flush.shards": "\(flush.parts.count)"]
                )
                await pause()
            }
        }
        return .notWritten(heads: [])
    }

    private func release(_ release: Release) {
        hints.answered(release.answers)
        hints.ordersIssued(for: release.nodes)
        if release.hasTasks { hints.tasksAdded() }
        for row in release.setAside {
            logger.error(
                "a message was set aside",
                metadata: [
                    "stream": "\(row.message.stream)", "message.id": "\(row.message.id)",
                    "message.kind": "\(row.message.kind)", "error": "\(row.error)",
                ]
            )
        }
        if !release.dropped.isEmpty {
            hints.declineAll()
            metrics.changed(release.dropped.count, .fenced)
            logger.warning("shards were written by another engine", metadata: ["shards": "\(release.dropped)"])
            leasesDue = Moment()
        }
    }
}
