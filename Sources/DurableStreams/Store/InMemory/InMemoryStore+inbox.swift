package import Time

extension InMemoryStore {
    @discardableResult
    package func send(_ messages: [Message]) async throws(StoreError) -> Set<MessageKey> {
        try await run(.send(messages)) { tables in
            let answered = Set(messages.map(\.key).filter { tables.answers[$0] != nil })
            tables.send(messages.filter { !answered.contains($0.key) })
            return answered
        }
    }

    package func inbox(
        of shards: [Shard],
        since start: Timestamp?,
        excluding excluded: [StreamID],
        limit: Int
    ) async throws(StoreError) -> [InboxRow] {
        let excluded = Set(excluded)
        return try await run(.read) { tables in
            let waiting = Dictionary(grouping: tables.inbox.values) { $0.stream.shard }
            let found = shards.flatMap { shard in
                (waiting[shard] ?? [])
                    .filter { $0.receivedAt >= start ?? $0.receivedAt && !excluded.contains($0.stream) }
                    .sorted { ($0.receivedAt, $0.stream, $0.id) < ($1.receivedAt, $1.stream, $1.id) }
            }
            return found.prefix(limit).map { InboxRow(message: $0, isAnswered: tables.answers[$0.key] != nil) }
        }
    }

    package func discard(_ rows: [InboxRow]) async throws(StoreError) {
        try await run(.read) { tables in
            for row in rows {
                tables.inbox[MemoryTables.InboxKey(key: row.message.key, receivedAt: row.message.receivedAt)] = nil
            }
        }
    }

    package func answers(to keys: [MessageKey]) async throws(StoreError) -> [MessageKey: Answer] {
        try await run(.read) { tables in
            Dictionary(keys.compactMap { key in tables.answers[key].map { (key, $0) } }) { first, _ in first }
        }
    }

    package func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await run(.read) { tables in
            let rows = tables.setAside.values.sorted {
                ($1.at, $0.message.stream, $0.message.id) < ($0.at, $1.message.stream, $1.message.id)
            }
            return Array(rows.prefix(limit))
        }
    }

    // MARK: - Orders

    package func oldestOrders(for nodes: [String]) async throws(StoreError) -> [StoredOrder] {
        let nodes = Set(nodes)
        return try await run(.read) { tables in
            let rows = Dictionary(grouping: tables.orders.values.filter { nodes.contains($0.order.node) }) {
                $0.order.node
            }
            return rows.sorted { $0.key < $1.key }.compactMap { _, rows in
                rows.min {
                    ($0.order.issuedAt, $0.ordinal, $0.order.id) < ($1.order.issuedAt, $1.ordinal, $1.order.id)
                }?
                .order
            }
        }
    }
}
