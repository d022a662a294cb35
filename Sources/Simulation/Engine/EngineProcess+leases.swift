import DurableStreams
import Time

extension EngineProcess {
    func renewLeases(then: @escaping () -> Void) {
        let (id, lease, started) = (name, configuration.lease, world.now)
        ask(.write, { store in store.change { $0.renewLeases(of: id, for: lease, at: store.now) } }, orElse: fail) {
            [self] view in
            if world.plan.defect != .restoreUnnoticed, view.isRestored(since: livesUntil) {
                world.note(.restoreNoticed)
                world.tell(name, "finds that the log has gone back")
                for shard in owner.ownedShards { owner.lost(shard) }
                direct.declineAll()
            }
            livesUntil = view.now + lease
            let gone = Set(owner.ownedShards).subtracting(view.held)
            for shard in gone.sorted() { owner.lost(shard) }
            if !gone.isEmpty { direct.declineAll() }
            let change = LeasePolicy.change(held: view.held, engines: view.engines)
            for shard in change.release { owner.lost(shard) }
            if !change.release.isEmpty { direct.declineAll() }
            let kept = view.held.filter { !change.release.contains($0) }
            ask(
                .write,
                { store in
                    store.change { tables in
                        tables.releaseLeases(of: id, change.release)
                        return tables.acquireLeases(for: id, limit: change.acquire, duration: lease, at: store.now)
                    }
                },
                orElse: fail
            ) { [self] taken in
                acquire(kept + taken, started, then: then)
            }
        }
    }

    private func acquire(_ shards: [Shard], _ started: Timestamp, then: @escaping () -> Void) {
        let new = Set(shards).subtracting(owner.ownedShards).sorted()
        leasesDue = Moment(started, after: configuration.renewal)
        guard !new.isEmpty else { return then() }
        // Until they are known to be taken, the leases count as not renewed.
        leasesDue = Moment()
        ask(.read, { store in new.map { store.tables.head(of: $0) } }, orElse: fail) { [self] heads in
            ask(.read, { store in new.map { store.tables.end(of: .engine($0)).version } }, orElse: fail) {
                [self] tenures in
                ask(.read, { store in store.tables.wakes(of: new) }, orElse: fail) { [self] wakes in
                    for (head, tenure) in zip(heads, tenures) {
                        owner.acquired(head, tenure: tenure, wakes: wakes.filter { $0.stream.shard == head.shard })
                    }
                    noteTakeover(of: new)
                    world.tell(name, "takes \(new.count) shards")
                    pace.restart()
                    leasesDue = Moment(started, after: configuration.renewal)
                    then()
                }
            }
        }
    }

    private func noteTakeover(of shards: [Shard]) {
        let isDuring = world.engines.contains { $0 !== self && !$0.flushUnderWay.isDisjoint(with: shards) }
        if isDuring { world.note(.takeoverDuringFlush) }
    }
}
