package import Time

extension MemoryTables {
    /// - Returns: the messages that have their answers already; they are left out.
    @discardableResult
    package mutating func send(_ messages: [Message]) -> Set<MessageKey> {
        var answered: Set<MessageKey> = []
        for message in messages {
            if answers[message.key] == nil {
                inboxes[message.stream.shard].insert(message)
            } else {
                answered.insert(message.key)
            }
        }
        return answered
    }

    /// As ``InboxStore/inbox(of:since:excluding:limit:)``.
    package func inbox(
        of shards: [Shard],
        since start: Timestamp?,
        excluding excluded: [StreamID],
        limit: Int
    ) -> [InboxRow] {
        var rows: [InboxRow] = []
        for shard in shards where !inboxes[shard].messages.isEmpty {
            for message in inboxes[shard].messages(since: start) where !excluded.contains(message.stream) {
                guard rows.count < limit else { return rows }
                rows.append(InboxRow(message: message, isAnswered: answers[message.key] != nil))
            }
        }
        return rows
    }

    package mutating func discard(_ rows: [InboxRow]) {
        for row in rows { inboxes[row.message.stream.shard].remove(row.message.key, row.message.receivedAt) }
    }

    package func answers(to keys: [MessageKey]) -> [MessageKey: Answer] {
        Dictionary(keys.compactMap { key in answers[key].map { (key, $0) } }) { first, _ in first }
    }

    /// How many messages wait in all inboxes.
    package var waitingCount: Int { inboxes.reduce(0) { $0 + $1.messages.count } }

    // MARK: - Orders

    /// The oldest order of each node that has one.
    package func oldestOrders(for nodes: [String]) -> [StoredOrder] {
        Set(nodes).sorted().compactMap { node in
            orders[node]?.min {
                ($0.order.issuedAt, $0.ordinal, $0.order.id) < ($1.order.issuedAt, $1.ordinal, $1.order.id)
            }?
            .order
        }
    }
}
