package import Time

extension MemoryTables {
    /// How long an engine must live for its former ends to be forgotten.
    private static let longLife = Duration.seconds(60)

    package mutating func begin(engine: String, at now: Timestamp) -> EngineStart {
        var row = EngineRow(until: now, startedAt: now)
        var culprit: MessageKey?
        if let former = engines[engine] {
            row.deaths = former.deaths + 1
            row.killer = former.suspect
            if former.suspect == former.killer { culprit = former.suspect }
        }
        engines[engine] = row
        return EngineStart(deaths: row.deaths, suspect: culprit)
    }

    package mutating func note(suspect: MessageKey?, of engine: String) { engines[engine]?.suspect = suspect }

    package mutating func renewLeases(of engine: String, for duration: Duration, at now: Timestamp) -> LeaseView {
        let known = engines[engine]
        var row = known ?? EngineRow(until: now, startedAt: now)
        row.until = now + duration
        if row.startedAt < now - Self.longLife { row.deaths = 0 }
        engines[engine] = row
        let held = Shard.all.filter { leases[$0]?.owner == engine }
        for shard in held { leases[shard]?.until = now + duration }
        return LeaseView(held: held, engines: livingEngines(at: now), now: now, knownUntil: known?.until)
    }

    package mutating func acquireLeases(
        for engine: String,
        limit: Int,
        duration: Duration,
        at now: Timestamp
    ) -> [Shard] {
        let taken = freeShards(at: now).prefix(limit)
        for shard in taken { leases[shard] = Lease(owner: engine, until: now + duration) }
        return Array(taken)
    }

    package func leaseCounts(at now: Timestamp) -> LeaseCounts {
        LeaseCounts(engines: livingEngines(at: now), freeShards: freeShards(at: now).count)
    }

    package mutating func releaseLeases(of engine: String, _ shards: [Shard]) {
        for shard in shards where leases[shard]?.owner == engine { leases[shard] = nil }
    }

    package mutating func retire(engine: String) {
        leases = leases.map { $0?.owner == engine ? nil : $0 }
        engines[engine] = nil
    }

    private func livingEngines(at now: Timestamp) -> Int { engines.values.filter { $0.until > now }.count }

    private func freeShards(at now: Timestamp) -> [Shard] {
        Shard.all.filter { leases[$0].map { $0.until < now } ?? true }
    }
}
