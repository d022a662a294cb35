import Time

extension MemoryTables {
    func status(at now: Timestamp) -> StoreStatus {
        var status = StoreStatus(now: now)
        let owned = Dictionary(grouping: leases.compactMap(\.self), by: \.owner)
        for id in Set(engines.keys).union(owned.keys).sorted() {
            let leases = owned[id] ?? []
            guard let until = engines[id]?.until ?? leases.map(\.until).max() else { continue }
            status.engines.append(
                EngineLease(engine: id, startedAt: engines[id]?.startedAt, until: until, shards: leases.count)
            )
        }
        for shard in Shard.all {
            guard let oldest = inboxes[shard].messages.first?.receivedAt else { continue }
            status.inboxes.append(InboxLag(shard: shard, waiting: inboxes[shard].messages.count, oldest: oldest))
        }
        for row in tasks.values {
            switch row {
            case _ where row.isDead: status.tasks.dead += 1
            case _ where row.dueAt <= now: status.tasks.due += 1
            case _ where row.worker != nil: status.tasks.running += 1
            default: status.tasks.scheduled += 1
            }
        }
        status.setAside = setAside.count
        return status
    }
}
