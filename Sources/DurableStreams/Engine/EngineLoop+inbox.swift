import Logging
import Time

/// What the engine reads from the inboxes.
extension EngineLoop {
    func poll(_ now: Timestamp) async throws(StoreError) {
        let limit = min(owner.room, 2 * configuration.limits.flushRows)
        let (start, began) = (pace.start(now), ContinuousClock.now)
        owner.beginRead()
        let rows: [InboxRow]
        do throws(StoreError) {
            rows = try await store.inbox(
                of: rotated(owner.ownedShards),
                since: start,
                excluding: owner.unreadable.sorted(),
                limit: limit
            )
        } catch {
            owner.receive([], isComplete: false)
            throw error
        }
        let isComplete = start == nil && rows.count < limit
        let sealed = rows.filter(\.isSealed)
        let new = owner.receive(sealed.lazy.filter { !$0.isAnswered }.map(\.message), isComplete: isComplete)
        let took = ContinuousClock.now - began
        pace.polled(new: new, isFull: rows.leaveSome(limit: limit), isOfAll: start == nil, took: took, at: now)
        let repeated = sealed.filter(\.isAnswered)
        if !repeated.isEmpty { try await store.discard(repeated) }
        if sealed.count < rows.count { try await setAside(unsealed: rows.filter { !$0.isSealed }) }
    }

    /// Begins elsewhere each time, so that no shard is always last when there is more than one read takes.
    private func rotated(_ shards: [Shard]) -> [Shard] {
        guard !shards.isEmpty else { return [] }
        let start = pace.polls % shards.count
        return Array(shards[start...] + shards[..<start])
    }

    private func setAside(unsealed rows: [InboxRow]) async throws(StoreError) {
        try await store.setAside(unsealed: rows)
        for row in rows {
            logger.error(
                "a message was set aside",
                metadata: [
                    "stream": "\(row.message.stream)", "message.id": "\(row.message.id)",
                    "message.kind": "\(row.message.kind)", "error": "\(UnsealedRow(.inbox))",
                ]
            )
        }
    }
}
