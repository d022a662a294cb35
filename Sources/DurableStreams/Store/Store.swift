package import Time

/// Where the log, the inboxes, the orders and the tasks are kept.
///
/// Every call is one transaction. Leases and tasks go by the store's own clock.
package protocol Store: LogStore, InboxStore, SetAsideStore, LeaseStore, OrderStore, TaskStore, StatusStore {}

/// The commits, and what is kept beside them to load and wake streams.
package protocol LogStore: Sendable {
    /// Writes all of it or nothing; messages of the flush that are answered already are left out.
    ///
    /// - Returns: the messages that were left out.
    /// - Throws: ``StoreError/Code/conflict`` when a part's predecessor is not its shard's last commit, or a message was
    ///   answered before; ``StoreError/Code/outcomeUnknown`` when only reading the log can tell.
    @discardableResult
    func append(_ flush: Flush) async throws(StoreError) -> Set<MessageKey>

    /// The last commit of each shard, in the order asked for.
    func heads(of shards: [Shard]) async throws(StoreError) -> [ChainHead]

    /// Whether exactly this commit is in the log.
    func contains(_ commit: ChainHead) async throws(StoreError) -> Bool

    /// How far each of the streams has come, in the order asked for.
    func ends(of streams: [StreamID]) async throws(StoreError) -> [StreamEnd]

    /// The streams of the shards that want to be woken at some time.
    func wakes(of shards: [Shard]) async throws(StoreError) -> [StoredWake]

    /// The streams in the order asked for, each with the commits behind its snapshot.
    ///
    /// - Parameter fromFirstEvent: leaves the snapshot out and reads all commits.
    func load(_ streams: [StreamID], fromFirstEvent: Bool) async throws(StoreError) -> [StoredStream]

    /// Up to `limit` commits of the stream behind a version, oldest first.
    func commits(of stream: StreamID, after version: Int64, limit: Int) async throws(StoreError) -> [Commit]

    /// Up to `limit` commits of each shard behind its place, by shard and oldest first.
    func commits(behind places: [LogPlace], limitOfEach limit: Int) async throws(StoreError) -> [Commit]

    /// The commits up to these heads that hold the newest `count` events, or all there are, oldest first.
    ///
    /// - Parameter kinds: of the streams whose commits are left out.
    func newestCommits(
        upTo heads: [LogPlace],
        holding count: Int,
        excluding kinds: [String]
    ) async throws(StoreError) -> [Commit]

    /// Up to `limit` streams of the kind whose names sort after `name`, by name.
    func streams(ofKind kind: String, after name: StreamID?, limit: Int) async throws(StoreError) -> [StreamID]
}

/// A place in one shard's log.
package struct LogPlace: Equatable, Sendable {
    package var shard: Shard
    /// 0 before the first commit.
    package var position: Int64

    package init(shard: Shard, position: Int64) {
        self.shard = shard
        self.position = position
    }
}

/// What waits to be decided, and what became of it.
package protocol InboxStore: Sendable {
    /// Adds the messages, durable on return; one that waits already is left as it is, one that is answered is left out.
    ///
    /// - Returns: the messages that have their answers already.
    @discardableResult
    func send(_ messages: [Message]) async throws(StoreError) -> Set<MessageKey>

    /// The oldest messages of each shard, up to `limit` in all; the shards named first come first when there are more.
    ///
    /// - Parameters:
    ///   - start: leaves out what was received before, which spares walking over rows that were consumed lately. Senders'
    ///     clocks differ, so only a read without it sees all.
    ///   - excluded: streams whose messages are left out, so that they do not hide others'.
    func inbox(
        of shards: [Shard],
        since start: Timestamp?,
        excluding excluded: [StreamID],
        limit: Int
    ) async throws(StoreError) -> [InboxRow]

    /// Removes messages from the inbox that were sent again after their answer.
    func discard(_ rows: [InboxRow]) async throws(StoreError)

    /// Sets rows of the inbox aside that are not sealed, without an answer: what has the id in earnest is still decided.
    func setAside(unsealed rows: [InboxRow]) async throws(StoreError)

    /// The answers there are.
    func answers(to keys: [MessageKey]) async throws(StoreError) -> [MessageKey: Answer]
}

/// A waiting message.
package struct InboxRow: Equatable, Sendable {
    package var message: Message
    /// It was decided before and only sent again.
    package var isAnswered: Bool
    /// False for a row that nobody with the seal key wrote: it is not decided.
    package var isSealed = true
    /// Where the row stands; a row that is moved to another shard than its stream's is not sealed.
    package var shard: Shard

    package init(message: Message, isAnswered: Bool) {
        self.message = message
        self.isAnswered = isAnswered
        shard = message.stream.shard
    }
}

extension [InboxRow] {
    /// Whether a read of so many rows at most has left some: one that is full, or that found a message more than once, for each
    /// read takes one of its copies.
    package func leaveSome(limit: Int) -> Bool { count >= limit || Set(lazy.map(\.message.key)).count < count }
}

/// Who should own which shard: it avoids duels, and the chain decides them.
package protocol LeaseStore: Sendable {
    /// Says that the engine starts, and tells how it ended when it was last heard of.
    func begin(engine: String) async throws(StoreError) -> EngineStart

    /// Notes what the engine is about to decide; nil when it no longer says.
    func note(suspect: MessageKey?, of engine: String) async throws(StoreError)

    /// Says that the engine lives, renews its leases, and tells what it holds, how many engines live and what time it is.
    func renewLeases(of engine: String, for duration: Duration) async throws(StoreError) -> LeaseView

    /// Takes up to `limit` shards that nobody holds.
    func acquireLeases(for engine: String, limit: Int, duration: Duration) async throws(StoreError) -> [Shard]

    /// What there is to share, without renewing anything.
    func leaseCounts() async throws(StoreError) -> LeaseCounts

    /// Gives the shards up at once.
    func releaseLeases(of engine: String, _ shards: [Shard]) async throws(StoreError)

    /// Says that the engine is gone, and gives all its shards up at once.
    func retire(engine: String) async throws(StoreError)
}

/// How an engine ended when it was last heard of.
package struct EngineStart: Equatable, Sendable {
    /// How often in a row it ended within a minute and without retiring.
    package var deaths: Int
    /// What it was about to decide at its last two ends, if that was the same: one end alone may have any cause.
    package var suspect: MessageKey?

    package init(deaths: Int, suspect: MessageKey?) {
        self.deaths = deaths
        self.suspect = suspect
    }
}

/// What an engine knows of the leases after renewing its own.
package struct LeaseView: Equatable, Sendable {
    package var held: [Shard]
    /// How many engines live, this one included.
    package var engines: Int
    /// By the store's clock, which all engines go by.
    package var now: Timestamp
    /// Until when the store knew this engine to live, before this renewal; nil when it did not know it.
    package var knownUntil: Timestamp?

    package init(held: [Shard], engines: Int, now: Timestamp, knownUntil: Timestamp?) {
        self.held = held
        self.engines = engines
        self.now = now
        self.knownUntil = knownUntil
    }

    /// Whether the store was brought back to an earlier moment since a renewal that made this engine live until `renewed`.
    ///
    /// What an owner has in memory is then of a log that is gone.
    package func isRestored(since renewed: Timestamp?) -> Bool {
        guard let renewed else { return false }
        return knownUntil.map { $0 < renewed } ?? true
    }
}

/// What an engine looks at between two renewals.
package struct LeaseCounts: Equatable, Sendable {
    /// How many engines live.
    package var engines: Int
    /// How many shards nobody holds.
    package var freeShards: Int

    package init(engines: Int, freeShards: Int) {
        self.engines = engines
        self.freeShards = freeShards
    }
}

/// What nodes fetch.
package protocol OrderStore: Sendable {
    /// The oldest order of each node that has one.
    func oldestOrders(for nodes: [String]) async throws(StoreError) -> [StoredOrder]
}

/// What workers claim.
package protocol TaskStore: Sendable {
    /// Claims up to `limit` due tasks of these kinds until `lease` from now.
    func claimTasks(
        of kinds: [String],
        for worker: String,
        limit: Int,
        lease: Duration
    ) async throws(StoreError) -> [ClaimedTask]

    /// Makes the tasks due again that a worker of this name claimed before it was started again.
    func releaseClaims(of worker: String) async throws(StoreError)

    /// Prolongs the claims that are still held; tells which are not.
    func extendClaims(_ tasks: [ClaimedTask], lease: Duration) async throws(StoreError) -> [ClaimedTask]

    /// Ends the task and sends the messages, if the claim is still held; false otherwise.
    func complete(_ task: ClaimedTask, messages: [Message]) async throws(StoreError) -> Bool

    /// Makes the task due again after `delay`, if the claim is still held.
    func retry(_ task: ClaimedTask, error: String, after delay: Duration) async throws(StoreError)

    /// Keeps the task as dead, out of reach of workers, and sends the message if there is one, if the claim is still held.
    func bury(_ task: ClaimedTask, error: String, message: Message?) async throws(StoreError)
}
