extension InMemoryStore {
    package func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await run(.read) { $0.setAside(limit: limit) }
    }

    package func setAside(
        id: String,
        in stream: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [SetAsideMessage] {
        try await run(.read) { $0.setAside(id: id, in: stream, limit: limit) }
    }

    package func settle(_ key: MessageKey, _ request: SettlementRequest) async throws(StoreError) -> Settlement? {
        let now = now()
        return try await run(.read) { $0.settle(key, request, at: now) }
    }

    package func settlements(
        of id: String?,
        in stream: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [Settlement] {
        try await run(.read) { $0.settlements(of: id, in: stream, limit: limit) }
    }

    package func status() async throws(StoreError) -> StoreStatus {
        let now = now()
        return try await run(.read) { $0.status(at: now) }
    }
}
