extension InMemoryStore {
    package func begin(engine: String) async throws(StoreError) -> EngineStart {
        let now = now()
        return try await run(.lease) { $0.begin(engine: engine, at: now) }
    }

    package func note(suspect: MessageKey?, of engine: String) async throws(StoreError) {
        try await run(.lease) { $0.note(suspect: suspect, of: engine) }
    }

    package func renewLeases(of engine: String, for duration: Duration) async throws(StoreError) -> LeaseView {
        let now = now()
        return try await run(.lease) { $0.renewLeases(of: engine, for: duration, at: now) }
    }

    package func acquireLeases(
        for engine: String,
        limit: Int,
        duration: Duration
    ) async throws(StoreError) -> [Shard] {
        let now = now()
        return try await run(.lease) { $0.acquireLeases(for: engine, limit: limit, duration: duration, at: now) }
    }

    package func leaseCounts() async throws(StoreError) -> LeaseCounts {
        let now = now()
        return try await run(.lease) { $0.leaseCounts(at: now) }
    }

    package func releaseLeases(of engine: String, _ shards: [Shard]) async throws(StoreError) {
        try await run(.lease) { $0.releaseLeases(of: engine, shards) }
    }

    package func retire(engine: String) async throws(StoreError) {
        try await run(.lease) { $0.retire(engine: engine) }
    }
}
