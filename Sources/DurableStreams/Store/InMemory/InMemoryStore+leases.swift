import Time

extension InMemoryStore {
    package func begin(engine: String) async throws(StoreError) -> EngineStart {
        let now = now()
        return try await run(.lease) { tables in
            var row = MemoryTables.EngineRow(until: now, startedAt: now)
            if let former = tables.engines[engine] {
                row.start = EngineStart(deaths: former.start.deaths + 1, suspect: former.start.suspect)
            }
            tables.engines[engine] = row
            return row.start
        }
    }

    package func note(suspect: MessageKey?, of engine: String) async throws(StoreError) {
        try await run(.lease) { $0.engines[engine]?.start.suspect = suspect }
    }

    package func renewLeases(of engine: String, for duration: Duration) async throws(StoreError) -> LeaseView {
        let now = now()
        return try await run(.lease) { tables in
            var row = tables.engines[engine] ?? MemoryTables.EngineRow(until: now, startedAt: now)
            row.until = now + duration
            if row.startedAt < now - .seconds(60) { row.start.deaths = 0 }
            tables.engines[engine] = row
            let held = tables.leases.filter { $0.value.owner == engine }.keys.sorted()
            for shard in held { tables.leases[shard]?.until = now + duration }
            return LeaseView(held: held, engines: tables.engines.values.filter { $0.until > now }.count, now: now)
        }
    }

    package func acquireLeases(
        for engine: String,
        limit: Int,
        duration: Duration
    ) async throws(StoreError) -> [Shard] {
        let now = now()
        return try await run(.lease) { tables in
            let free = Shard.all.filter { tables.leases[$0].map { $0.until < now } ?? true }.prefix(limit)
            for shard in free { tables.leases[shard] = (engine, now + duration) }
            return Array(free)
        }
    }

    package func releaseLeases(of engine: String, _ shards: [Shard]) async throws(StoreError) {
        try await run(.lease) { tables in
            for shard in shards where tables.leases[shard]?.owner == engine { tables.leases[shard] = nil }
        }
    }

    package func retire(engine: String) async throws(StoreError) {
        try await run(.lease) { tables in
            tables.leases = tables.leases.filter { $0.value.owner != engine }
            tables.engines[engine] = nil
        }
    }
}
