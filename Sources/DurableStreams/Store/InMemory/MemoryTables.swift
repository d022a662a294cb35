package import Time

/// The rows of a store in memory and what a transaction does with them, one call after the other.
///
/// ``InMemoryStore`` makes a store of it; a simulation calls it directly. `now` is the store's own clock.
package struct MemoryTables: Sendable {
    struct TaskRow {
        var task: ClaimedTask
        var dueAt: Timestamp
        var worker: String?
        var error: String?
        var isDead = false
    }

    struct EngineRow {
        var until: Timestamp
        var startedAt: Timestamp
        var deaths = 0
        var suspect: MessageKey?
        var killer: MessageKey?
    }

    struct Lease {
        var owner: String
        var until: Timestamp
    }

    struct OrderRow {
        var order: StoredOrder
        var ordinal: Int
    }

    /// By shard, in the order of positions.
    var log = [[Commit]](repeating: [], count: Shard.count)
    /// By stream: where its commits stand in its shard's log.
    var places: [StreamID: [Int]] = [:]
    /// How many events each stream has.
    var versions: [StreamID: Int64] = [:]
    var streams: [StreamID: StreamRow] = [:]
    var inboxes = [MemoryInbox](repeating: MemoryInbox(), count: Shard.count)
    var answers: [MessageKey: Answer] = [:]
    var setAside: [MessageKey: SetAsideMessage] = [:]
    /// In the order in which they were made.
    var settlements: [Settlement] = []
    /// By node.
    var orders: [String: [OrderRow]] = [:]
    var tasks: [MessageKey: TaskRow] = [:]
    /// By shard.
    var leases = [Lease?](repeating: nil, count: Shard.count)
    var engines: [String: EngineRow] = [:]

    package init() {}

    // MARK: - Appending

    /// Checks everything before anything is written, as a transaction does.
    package mutating func append(_ flush: Flush, at now: Timestamp) throws(StoreError) -> Set<MessageKey> {
        for part in flush.parts { try check(part) }
        for part in flush.parts { write(part, at: now) }
        return send(flush.parts.flatMap(\.messages))
    }

    private func check(_ part: FlushPart) throws(StoreError) {
        let last = head(of: part.shard)
        guard last.position == part.predecessor.position, last.chain == part.predecessor.chain else {
            throw StoreError(
                .conflict,
                "shard \(part.shard) ends at \(last.position), not at \(part.predecessor.position)"
            )
        }
        for answered in part.answers where answers[answered.key] != nil {
            throw StoreError(.conflict, "message \(answered.key.id) to \(answered.key.stream) was answered before")
        }
        for commit in part.commits where commit.version <= versions[commit.stream] ?? 0 {
            throw StoreError(.conflict, "stream \(commit.stream) has version \(commit.version) already")
        }
    }

    private mutating func write(_ part: FlushPart, at now: Timestamp) {
        for commit in part.commits { write(commit) }
        for answered in part.answers {
            if answered.isKept { answers[answered.key] = answered.answer }
            if answered.isInInbox { inboxes[part.shard].remove(answered.key, answered.receivedAt) }
        }
        for row in part.streams {
            var row = row
            row.snapshot = row.snapshot ?? streams[row.stream]?.snapshot
            streams[row.stream] = row
        }
        for key in part.withdrawals {
            let place = orders[key.node]?.firstIndex { $0.order.id == key.id }
            if let place { orders[key.node]?[place].order.isWithdrawn = true }
        }
        for key in part.retractions { orders[key.node]?.removeAll { $0.order.id == key.id } }
        for (ordinal, order) in part.orders.enumerated() {
            let isKnown = orders[order.node]?.contains { $0.order.id == order.id } ?? false
            if !isKnown { orders[order.node, default: []].append(OrderRow(order: order, ordinal: ordinal)) }
        }
        for task in part.tasks {
            let key = MessageKey(stream: task.stream, id: task.id)
            let claim = ClaimedTask(stream: task.stream, id: task.id, kind: task.kind, body: task.body, attempt: 0)
            let due = now + .microseconds(task.wait(from: part.at))
            if tasks[key] == nil { tasks[key] = TaskRow(task: claim, dueAt: due) }
        }
        for row in part.setAside where setAside[row.message.key] == nil { setAside[row.message.key] = row }
    }

    private mutating func write(_ commit: Commit) {
        places[commit.stream, default: []].append(log[commit.shard].count)
        log[commit.shard].append(commit)
        versions[commit.stream] = commit.version
    }

    // MARK: - For tests

    /// As if the messages had never been answered.
    package mutating func forgetAnswers(to keys: [MessageKey]) {
        for key in keys { answers[key] = nil }
    }

    /// Changes a shard's log behind everybody's back, as a superuser could.
    mutating func tamper(_ body: (inout [Commit]) -> Void, in shard: Shard) {
        body(&log[shard])
        for commit in log[shard] { places[commit.stream] = [] }
        for (index, commit) in log[shard].enumerated() { places[commit.stream, default: []].append(index) }
    }
}

extension Array {
    subscript(shard: Shard) -> Element {
        get { self[Int(shard.rawValue)] }
        _modify { yield &self[Int(shard.rawValue)] }
    }
}
