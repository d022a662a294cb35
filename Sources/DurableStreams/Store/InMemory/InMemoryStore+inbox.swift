package import Time

extension InMemoryStore {
    @discardableResult
    package func send(_ messages: [Message]) async throws(StoreError) -> Set<MessageKey> {
        try await run(.send(messages)) { $0.send(messages) }
    }

    package func inbox(
        of shards: [Shard],
        since start: Timestamp?,
        excluding excluded: [StreamID],
        limit: Int
    ) async throws(StoreError) -> [InboxRow] {
        try await run(.read) { $0.inbox(of: shards, since: start, excluding: excluded, limit: limit) }
    }

    package func discard(_ rows: [InboxRow]) async throws(StoreError) {
        try await run(.read) { $0.discard(rows) }
    }

    /// Memory is written by its servers alone: there is nothing unsealed in it.
    package func setAside(unsealed rows: [InboxRow]) async throws(StoreError) {}

    package func answers(to keys: [MessageKey]) async throws(StoreError) -> [MessageKey: Answer] {
        try await run(.read) { $0.answers(to: keys) }
    }

    package func oldestOrders(for nodes: [String]) async throws(StoreError) -> [StoredOrder] {
        try await run(.read) { $0.oldestOrders(for: nodes) }
    }
}
