import Logging
import Time

/// Drives an owner with a store, one step after the other; only the next flush is decided while one is written.
final class EngineLoop {
    private static let loadedAtOnce = 32

    private var owner: Owner
    private let id: String
    private let store: any Store
    private let hints: Hints
    private let signal: Signal
    private let configuration: EngineConfiguration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    private var pace: PollPace
    private var leasesDue = Moment()
    /// Steps in a row that failed, for waiting longer each time.
    private var failures = 0

    init(
        owner: consuming Owner,
        id: String,
        store: any Store,
        hints: Hints,
        signal: Signal,
        configuration: EngineConfiguration,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.owner = owner
        self.id = id
        self.store = store
        self.hints = hints
        self.signal = signal
        self.configuration = configuration
        self.clock = clock
        self.now = now
        self.logger = logger
        pace = PollPace(configuration)
    }

    func run(until stop: StopFlag) async {
        logger.info("engine started", metadata: ["engine.id": "\(id)"])
        while !stop.isSet {
            do throws(StoreError) {
                try await step()
                failures = 0
            } catch {
                failures += 1
                logger.warning(
                    "the store failed; trying again",
                    metadata: ["error": "\(error)", "engine.failures": "\(failures)"]
                )
                await pause()
            }
        }
        await giveUp()
        logger.info("engine stopped", metadata: ["engine.id": "\(id)"])
    }

    // MARK: - Steps

    private func step() async throws(StoreError) {
        if leasesDue.hasCome(now()) { try await renewLeases() }
        try await gather()
        guard let flush = owner.nextFlush(at: now()) else { return await rest() }
        try await write(flush)
    }

    /// Waits for a hint, the next poll or the next wake-up.
    private func rest() async {
        for notice in owner.takeNotices() { log(notice) }
        guard !pace.isBehind else { return }
        var wait = pace.interval
        if let wake = owner.nextWake() { wait = min(wait, max(wake - now(), .milliseconds(1))) }
        await signal.wait(atMost: wait, clock: clock)
        pace.hinted()
    }

    /// Waits after a failure: longer each time, but not past a hint to stop.
    private func pause() async {
        let wait = configuration.firstRetry * (1 << min(max(failures - 1, 0), 16))
        await signal.wait(atMost: min(wait, configuration.longestRetry), clock: clock)
    }

    /// Takes what the inboxes hold and loads what is needed to decide it.
    private func gather() async throws(StoreError) {
        if signal.take() { pace.hinted() }
        if owner.room > 0, owner.backlog < configuration.limits.flushRows, pace.isDue(now()) { try await poll() }
        owner.tick(now())
        while true {
            let requests = owner.streamsToLoad(limit: Self.loadedAtOnce)
            guard !requests.isEmpty else { return }
            try await load(requests.filter { !$0.fromFirstEvent }, fromFirstEvent: false)
            try await load(requests.filter(\.fromFirstEvent), fromFirstEvent: true)
        }
    }

    private func poll() async throws(StoreError) {
        let moment = now()
        let limit = min(owner.room, 2 * configuration.limits.flushRows)
        owner.beginRead()
        let rows: [InboxRow]
        do throws(StoreError) {
            rows = try await store.inbox(of: rotated(owner.ownedShards), since: pace.start(moment), limit: limit)
        } catch {
            owner.receive([])
            throw error
        }
        owner.receive(rows.lazy.filter { !$0.isAnswered }.map(\.message))
        pace.polled(found: rows.count, limit: limit, at: moment)
        let repeated = rows.filter(\.isAnswered)
        if !repeated.isEmpty { try await store.discard(repeated) }
    }

    /// Begins elsewhere each time, so that no shard is always last when there is more than one read takes.
    private func rotated(_ shards: [Shard]) -> [Shard] {
        guard !shards.isEmpty else { return [] }
        let start = pace.polls % shards.count
        return Array(shards[start...] + shards[..<start])
    }

    private func load(_ requests: [LoadRequest], fromFirstEvent: Bool) async throws(StoreError) {
        guard !requests.isEmpty else { return }
        do throws(StoreError) {
            let streams = try await store.load(requests.map(\.stream), fromFirstEvent: fromFirstEvent)
            for (request, stream) in zip(requests, streams) { owner.loaded(stream, for: request, at: now()) }
        } catch {
            for request in requests { owner.loadFailed(request) }
            throw error
        }
    }

    // MARK: - Flushing

    /// Writes the flush, and meanwhile decides the next.
    private func write(_ flush: Flush) async throws(StoreError) {
        let writing = Task { [store] () -> StoreError? in
            do throws(StoreError) {
                try await store.append(flush)
                return nil
            } catch {
                return error
            }
        }
        var gathering: StoreError?
        do throws(StoreError) {
            try await gather()
            owner.decideAhead(at: now())
        } catch {
            gathering = error
        }
        let failure = await writing.value
        release(owner.flushed(await outcome(of: flush, failure)))
        if let error = failure ?? gathering { throw error }
    }

    /// What became of the flush; asks the log until it is known.
    private func outcome(of flush: Flush, _ failure: StoreError?) async -> FlushOutcome {
        guard let failure else { return .committed }
        switch failure.code {
        case .unavailable: return .notWritten(heads: [])
        case .invalid: return .invalid(failure.description)
        case .conflict, .outcomeUnknown: break
        }
        while true {
            do throws(StoreError) {
                if let witness = flush.witness, try await store.contains(witness) { return .committed }
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
    }

    private func release(_ release: Release) {
        hints.answered(release.answers)
        hints.ordersIssued(for: release.nodes)
        if release.hasTasks { hints.tasksAdded() }
        if release.hasMessages { pace.hinted() }
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
            logger.warning("shards were written by another engine", metadata: ["shards": "\(release.dropped)"])
            leasesDue = Moment()
        }
    }

    // MARK: - Leases

    private func renewLeases() async throws(StoreError) {
        let started = now()
        var view = try await store.renewLeases(of: id, for: configuration.lease)
        let change = LeasePolicy.change(held: view.held, engines: view.engines)
        if !change.release.isEmpty {
            for shard in change.release { owner.lost(shard) }
            try await store.releaseLeases(of: id, change.release)
            view.held.removeAll(where: Set(change.release).contains)
        }
        if change.acquire > 0 {
            view.held += try await store.acquireLeases(for: id, limit: change.acquire, duration: configuration.lease)
        }
        let (held, owned) = (Set(view.held), Set(owner.ownedShards))
        for shard in owned.subtracting(held).sorted() { owner.lost(shard) }
        try await acquire(held.subtracting(owned).sorted())
        leasesDue = Moment(started, after: configuration.renewal)
    }

    private func acquire(_ shards: [Shard]) async throws(StoreError) {
        guard !shards.isEmpty else { return }
        let heads = try await store.heads(of: shards)
        let tenures = try await store.tenures(of: shards)
        let wakes = Dictionary(grouping: try await store.wakes(of: shards)) { $0.stream.shard }
        for (head, tenure) in zip(heads, tenures) {
            owner.acquired(head, tenure: tenure, wakes: wakes[head.shard] ?? [])
        }
        pace.restart()
        logger.info("took shards", metadata: ["shards.count": "\(shards.count)"])
    }

    /// Lets other engines go on at once.
    private func giveUp() async {
        do throws(StoreError) {
            try await store.releaseLeases(of: id, owner.ownedShards)
            try await store.retire(engine: id)
        } catch {
            logger.warning("leases could not be given up; they end by themselves", metadata: ["error": "\(error)"])
        }
    }

    private func log(_ notice: OwnerNotice) {
        switch notice {
        case .unreadable(let stream, let error):
            logger.error(
                "a stream cannot be folded; its messages wait",
                metadata: ["stream": "\(stream)", "error": "\(error)"]
            )
        case .idleWake(let stream):
            logger.error("a stream is due but does nothing when woken", metadata: ["stream": "\(stream)"])
        case .noSnapshot(let stream, let error):
            logger.error("a stream has no snapshot", metadata: ["stream": "\(stream)", "error": "\(error)"])
        }
    }
}
