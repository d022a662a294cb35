import Logging
import Time

/// Which shards the engine owns.
extension EngineLoop {
    /// Renews the leases in their turn, and before it when engines have come or gone.
    func keepShards() async throws(StoreError) {
        guard let now = time.now, !leasesDue.hasCome(now) else { return try await renewLeases() }
        guard leaseLookDue.hasCome(now) else { return }
        leaseLookDue = Moment(now, after: configuration.leaseLook)
        let counts = try await store.leaseCounts()
        let change = LeasePolicy.change(held: owner.ownedShards, engines: counts.engines)
        guard !change.release.isEmpty || min(change.acquire, counts.freeShards) > 0 else { return }
        try await renewLeases()
    }

    private func renewLeases() async throws(StoreError) {
        var view = try await store.renewLeases(of: id, for: configuration.lease)
        time.read(view.now)
        guard let started = time.now else { return }
        if view.isRestored(since: livesUntil) { forgetAll() }
        livesUntil = view.now + configuration.lease
        let gone = Set(owner.ownedShards).subtracting(view.held)
        // Before any is acquired: of what this engine gets back, another may have been the owner meanwhile.
        for shard in gone.sorted() { owner.lost(shard) }
        metrics.changed(gone.count, .lost)
        let change = LeasePolicy.change(held: view.held, engines: view.engines)
        if !change.release.isEmpty {
            for shard in change.release { owner.lost(shard) }
            metrics.changed(change.release.count, .released)
            try await store.releaseLeases(of: id, change.release)
            view.held.removeAll(where: Set(change.release).contains)
        }
        var wanted = change.acquire
        while wanted > 0 {
            let taken = try await store.acquireLeases(for: id, limit: wanted, duration: configuration.lease)
            view.held += taken
            wanted -= taken.count
            // Fewer than there are free means that another engine was faster with some: there may be others.
            if taken.isEmpty { break }
        }
        if !change.release.isEmpty || !gone.isEmpty { hints.declineAll() }
        try await acquire(Set(view.held).subtracting(owner.ownedShards).sorted())
        metrics.holds(shards: owner.ownedShards.count, backlog: owner.backlog)
        leasesDue = Moment(started, after: configuration.renewal)
    }

    /// The database was brought back to an earlier moment: what is in memory is of a log that is gone.
    private func forgetAll() {
        logger.warning("the store is at an earlier moment than before; reading all shards anew")
        for shard in owner.ownedShards { owner.lost(shard) }
        hints.declineAll()
    }

    private func acquire(_ shards: [Shard]) async throws(StoreError) {
        guard !shards.isEmpty else { return }
        let heads = refusing(unsealed: try await store.heads(of: shards))
        guard !heads.isEmpty else { return }
        let shards = heads.map(\.shard)
        let tenures = try await store.ends(of: shards.map(StreamID.engine)).map(\.version)
        let wakes = Dictionary(grouping: try await store.wakes(of: shards)) { $0.stream.shard }
        for (head, tenure) in zip(heads, tenures) {
            owner.acquired(head, tenure: tenure, wakes: wakes[head.shard] ?? [])
        }
        pace.restart()
        metrics.changed(shards.count, .taken)
        logger.info("took shards", metadata: ["shards.count": "\(shards.count)"])
    }

    /// Lets other engines go on at once.
    func giveUp() async {
        do throws(StoreError) {
            try await store.retire(engine: id)
        } catch {
            logger.warning("leases could not be given up; they end by themselves", metadata: ["error": "\(error)"])
        }
    }

    /// Those behind which the log may go on; the others are looked at again with each renewal.
    private func refusing(unsealed heads: [ChainHead]) -> [ChainHead] {
        for head in heads {
            guard !head.isSealed else {
                unsealedShards.remove(head.shard)
                continue
            }
            guard unsealedShards.insert(head.shard).inserted else { continue }
            logger.error(
                """
                a shard stands still: its last commit has no seal by this server's seal key. Somebody without the key writes to the \
                database: restore it, or take out what was put in. After a return to a backup from before the seals, move the key's \
                file away and start the servers anew
                """,
                metadata: ["shard": "\(head.shard)", "position": "\(head.position)"]
            )
        }
        return heads.filter(\.isSealed)
    }
}
