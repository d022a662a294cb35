package import Time

/// How the engines do: the answer to `GET /api/v1/engine`.
package struct EngineView: Codable, Equatable, Sendable {
    /// By the database's clock.
    package var at: Timestamp
    /// Processes with shards, or that say that they live; by id.
    package var engines: [EngineProcessView]
    /// Shards that no living engine holds: nothing is decided in them.
    package var unownedShards: Int
    /// Messages in all inboxes; counted up to 100,000.
    package var waiting: Int
    /// nil when nothing waits.
    package var oldestAgeSeconds: Double?
    /// The shards whose oldest message has waited longest, up to ten.
    package var worstShards: [ShardLagView]
    package var tasks: TaskCountsView
    /// Shards that stand still, for their last commits have no seal: somebody without the servers' key writes to the database.
    package var unsealedShards: [Int]
    /// How many messages are set aside; counted up to 100,000.
    package var setAsideCount: Int
    /// The latest of them, newest first.
    package var setAside: [SetAsideView]
    /// What people last did with others, newest first.
    package var settlements: [SettlementView]

    package init(
        at: Timestamp,
        engines: [EngineProcessView],
        unownedShards: Int,
        waiting: Int,
        oldestAgeSeconds: Double?,
        worstShards: [ShardLagView],
        tasks: TaskCountsView,
        unsealedShards: [Int] = [],
        setAsideCount: Int,
        setAside: [SetAsideView],
        settlements: [SettlementView]
    ) {
        self.at = at
        self.engines = engines
        self.unownedShards = unownedShards
        self.waiting = waiting
        self.oldestAgeSeconds = oldestAgeSeconds
        self.worstShards = worstShards
        self.tasks = tasks
        self.unsealedShards = unsealedShards
        self.setAsideCount = setAsideCount
        self.setAside = setAside
        self.settlements = settlements
    }
}

/// One engine process.
package struct EngineProcessView: Codable, Equatable, Sendable {
    package var id: String
    package var isAlive: Bool
    package var shards: Int
    /// nil for one that is gone and whose leases have not ended.
    package var startedAt: Timestamp?
    /// Seconds until its leases end unless it is heard of; negative when they have ended.
    package var leaseSeconds: Double

    package init(id: String, isAlive: Bool, shards: Int, startedAt: Timestamp?, leaseSeconds: Double) {
        self.id = id
        self.isAlive = isAlive
        self.shards = shards
        self.startedAt = startedAt
        self.leaseSeconds = leaseSeconds
    }
}

/// What waits in one shard.
package struct ShardLagView: Codable, Equatable, Sendable {
    package var shard: Int
    package var waiting: Int
    package var oldestAgeSeconds: Double

    package init(shard: Int, waiting: Int, oldestAgeSeconds: Double) {
        self.shard = shard
        self.waiting = waiting
        self.oldestAgeSeconds = oldestAgeSeconds
    }
}

/// How many tasks are where.
package struct TaskCountsView: Codable, Equatable, Sendable {
    package var scheduled: Int
    package var due: Int
    package var running: Int
    package var dead: Int

    package init(scheduled: Int, due: Int, running: Int, dead: Int) {
        self.scheduled = scheduled
        self.due = due
        self.running = running
        self.dead = dead
    }
}

/// A message that could not be decided.
package struct SetAsideView: Codable, Equatable, Sendable {
    package var id: String
    package var stream: String
    package var kind: String
    /// Who sent it.
    package var actor: String
    package var error: String
    package var receivedAt: Timestamp
    package var since: Timestamp

    package init(
        id: String,
        stream: String,
        kind: String,
        actor: String,
        error: String,
        receivedAt: Timestamp,
        since: Timestamp
    ) {
        self.id = id
        self.stream = stream
        self.kind = kind
        self.actor = actor
        self.error = error
        self.receivedAt = receivedAt
        self.since = since
    }
}

/// What a person did with a message that was set aside: the answer to `POST /api/v1/engine/retry` and `discard`.
package struct SettlementView: Codable, Equatable, Sendable {
    /// `retry` or `discard`.
    package var verb: String
    package var by: String
    package var reason: String?
    package var at: Timestamp
    /// The message as it was set aside.
    package var message: SetAsideView

    package init(verb: String, by: String, reason: String?, at: Timestamp, message: SetAsideView) {
        self.verb = verb
        self.by = by
        self.reason = reason
        self.at = at
        self.message = message
    }
}
