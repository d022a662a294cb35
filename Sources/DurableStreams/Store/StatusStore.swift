package import Time

/// How the engines of a store do.
package protocol StatusStore: Sendable {
    /// Cheap however much there is: what is many is counted up to ``StoreStatus/countLimit``.
    func status() async throws(StoreError) -> StoreStatus
}

/// What a store shows of its engines at one moment.
package struct StoreStatus: Equatable, Sendable {
    /// Waiting messages, tasks and messages set aside are counted up to here, each kind for itself.
    package static let countLimit = 100_000

    /// By the store's clock.
    package var now: Timestamp
    /// By id.
    package var engines: [EngineLease] = []
    /// Shards whose inboxes are not empty, by shard.
    package var inboxes: [InboxLag] = []
    package var tasks = TaskCounts()
    package var setAside = 0
    /// Shards that stand still: their last commits are not sealed.
    package var unsealedShards: [Shard] = []

    package init(now: Timestamp) { self.now = now }

    package var waiting: Int { inboxes.reduce(0) { $0 + $1.waiting } }
    package var oldestMessage: Timestamp? { inboxes.map(\.oldest).min() }

    /// How long ago it was, in seconds; 0 for what a clock that runs ahead says.
    package func age(of moment: Timestamp) -> Double { max(0, (now - moment) / .seconds(1)) }
}

/// An engine and what it holds.
package struct EngineLease: Equatable, Sendable {
    package var engine: String
    /// nil for one that has retired or is forgotten, and whose leases have not ended.
    package var startedAt: Timestamp?
    /// When it is taken for dead unless it is heard of; its leases end then.
    package var until: Timestamp
    package var shards: Int

    package init(engine: String, startedAt: Timestamp?, until: Timestamp, shards: Int) {
        self.engine = engine
        self.startedAt = startedAt
        self.until = until
        self.shards = shards
    }
}

/// What waits in one shard's inbox.
package struct InboxLag: Equatable, Sendable {
    package var shard: Shard
    package var waiting: Int
    /// When its sender says that it was received.
    package var oldest: Timestamp

    package init(shard: Shard, waiting: Int, oldest: Timestamp) {
        self.shard = shard
        self.waiting = waiting
        self.oldest = oldest
    }
}

/// How many tasks are where.
package struct TaskCounts: Equatable, Sendable {
    /// Before its time, or between two attempts.
    package var scheduled = 0
    /// A worker may claim it.
    package var due = 0
    package var running = 0
    /// Given up; kept for people to see.
    package var dead = 0

    package init() {}
}
