extension InMemoryStore {
    package func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await run(.read) { $0.setAside(limit: limit) }
    }

    package func setAside(id: String, limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await run(.read) { $0.setAside(id: id, limit: limit) }
    }

    package func settle(_ key: MessageKey, _ request: SettlementRequest) async throws(StoreError) -> Settlement? {
        let now = now()
        return try await run(.read) { $0.settle(key, request, at: now) }
    }

    package func settlements(of id: String?, limit: Int) async throws(StoreError) -> [Settlement] {
        try await run(.read) { $0.settlements(of: id, limit: limit) }
    }

    package func status() async throws(StoreError) -> StoreStatus {
        let now = now()
        return try await run(.read) { $0.status(at: now) }
    }
}
