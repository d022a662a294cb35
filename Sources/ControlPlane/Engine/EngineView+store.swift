import DurableStreams
import ReadModels
import Time

extension EngineView {
    init(_ status: StoreStatus, worst: Int, setAside: [SetAsideMessage], settlements: [Settlement]) {
        let engines = status.engines.map { EngineProcessView($0, at: status.now) }
        let lags = status.inboxes.sorted { ($0.oldest, $0.shard) < ($1.oldest, $1.shard) }
        self.init(
            at: status.now,
            engines: engines,
            unownedShards: Shard.count - engines.filter(\.isAlive).reduce(0) { $0 + $1.shards },
            waiting: status.waiting,
            oldestAgeSeconds: status.oldestMessage.map { status.age(of: $0) },
            worstShards: lags.prefix(worst).map { lag in
                let age = status.age(of: lag.oldest)
                return ShardLagView(shard: Int(lag.shard.rawValue), waiting: lag.waiting, oldestAgeSeconds: age)
            },
            tasks: TaskCountsView(
                scheduled: status.tasks.scheduled,
                due: status.tasks.due,
                running: status.tasks.running,
                dead: status.tasks.dead
            ),
            unsealedShards: status.unsealedShards.map { Int($0.rawValue) },
            setAsideCount: status.setAside,
            setAside: setAside.map(SetAsideView.init),
            settlements: settlements.map(SettlementView.init)
        )
    }
}

extension EngineProcessView {
    init(_ lease: EngineLease, at now: Timestamp) {
        let left = (lease.until - now) / .seconds(1)
        self.init(
            id: lease.engine,
            isAlive: left > 0,
            shards: lease.shards,
            startedAt: lease.startedAt,
            leaseSeconds: left
        )
    }
}

extension SetAsideView {
    init(_ setAside: SetAsideMessage) {
        let message = setAside.message
        self.init(
            id: message.id,
            stream: message.stream.rawValue,
            kind: message.kind,
            actor: message.actor,
            error: setAside.error,
            receivedAt: message.receivedAt,
            since: setAside.at
        )
    }
}

extension SettlementView {
    init(_ settlement: Settlement) {
        let request = settlement.request
        self.init(
            verb: request.verb.rawValue,
            by: request.by,
            reason: request.reason,
            at: settlement.at,
            message: SetAsideView(settlement.settled)
        )
    }
}
