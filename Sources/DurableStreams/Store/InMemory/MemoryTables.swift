import Time

/// The rows of the store in memory.
struct MemoryTables: Sendable {
    struct InboxKey: Hashable {
        var key: MessageKey
        var receivedAt: Timestamp
    }

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
        var start = EngineStart(deaths: 0, suspect: nil)
    }

    struct OrderRow {
        var order: StoredOrder
        var ordinal: Int
    }

    /// By shard, in the order of positions.
    var log: [Shard: [Commit]] = [:]
    /// How many events each stream has.
    var versions: [StreamID: Int64] = [:]
    var streams: [StreamID: StreamRow] = [:]
    var inbox: [InboxKey: Message] = [:]
    var answers: [MessageKey: Answer] = [:]
    var setAside: [MessageKey: SetAsideMessage] = [:]
    var orders: [OrderKey: OrderRow] = [:]
    var tasks: [MessageKey: TaskRow] = [:]
    var leases: [Shard: (owner: String, until: Timestamp)] = [:]
    var engines: [String: EngineRow] = [:]

    // MARK: - Appending

    /// Checks everything before anything is written, as a transaction does.
    mutating func append(_ flush: Flush, at now: Timestamp) throws(StoreError) -> Set<MessageKey> {
        for part in flush.parts { try check(part) }
        for part in flush.parts { write(part, at: now) }
        let messages = flush.parts.flatMap(\.messages)
        send(messages.filter { answers[$0.key] == nil })
        return Set(messages.map(\.key).filter { answers[$0] != nil })
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
        log[part.shard, default: []] += part.commits
        for commit in part.commits { versions[commit.stream] = commit.version }
        for answered in part.answers {
            if answered.isKept { answers[answered.key] = answered.answer }
            if answered.isInInbox { inbox[InboxKey(key: answered.key, receivedAt: answered.receivedAt)] = nil }
        }
        for row in part.streams {
            var row = row
            row.snapshot = row.snapshot ?? streams[row.stream]?.snapshot
            streams[row.stream] = row
        }
        for key in part.retractions { orders[key] = nil }
        for (ordinal, order) in part.orders.enumerated() {
            let key = OrderKey(node: order.node, id: order.id)
            if orders[key] == nil { orders[key] = OrderRow(order: order, ordinal: ordinal) }
        }
        for task in part.tasks {
            let key = MessageKey(stream: task.stream, id: task.id)
            let claim = ClaimedTask(stream: task.stream, id: task.id, kind: task.kind, body: task.body, attempt: 0)
            let due = now + .microseconds(task.wait(from: part.at))
            if tasks[key] == nil { tasks[key] = TaskRow(task: claim, dueAt: due) }
        }
        for row in part.setAside where setAside[row.message.key] == nil { setAside[row.message.key] = row }
    }

    // MARK: - Reading

    func head(of shard: Shard) -> ChainHead { log[shard]?.last?.head ?? .genesis(shard) }

    func commits(of stream: StreamID, after version: Int64) -> [Commit] {
        (log[stream.home] ?? []).filter { $0.stream == stream && $0.version > version }
    }

    mutating func send(_ messages: [Message]) {
        for message in messages {
            let key = InboxKey(key: message.key, receivedAt: message.receivedAt)
            if inbox[key] == nil { inbox[key] = message }
        }
    }
}
