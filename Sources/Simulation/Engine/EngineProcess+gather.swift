import DurableStreams
import Time

extension EngineProcess {
    func gather(orElse: ((StoreError) -> Void)? = nil, then: @escaping (Bool) -> Void) {
        let failed = orElse ?? fail
        let now = world.now
        if owner.room > 0 {
            owner.handOver(mail)
            mail = []
            direct.decline(owner.take(direct.take()))
        }
        let mustPoll = owner.backlog < configuration.limits.flushRows ? pace.isDue(now) : pace.isFullPollDue(now)
        guard owner.room > 0, mustPoll else {
            acceptDirectly()
            owner.tick(now)
            return load(failed) { then(false) }
        }
        poll(now, failed) { [self] in
            acceptDirectly()
            owner.tick(world.now)
            load(failed) { then(true) }
        }
    }

    private func acceptDirectly() { if world.scenario.isDirect { direct.accept(owner.acceptingShards) } }

    private func poll(_ now: Timestamp, _ failed: @escaping (StoreError) -> Void, then: @escaping () -> Void) {
        let limit = min(owner.room, 2 * configuration.limits.flushRows)
        let start = pace.start(now)
        owner.beginRead()
        let (shards, excluded) = (owner.ownedShards, owner.unreadable.sorted())
        let receiveNothing = { [self] (error: StoreError) in
            owner.receive([], isComplete: false)
            failed(error)
        }
        ask(
            .read,
            { store in store.tables.inbox(of: shards, since: start, excluding: excluded, limit: limit) },
            orElse: receiveNothing
        ) { [self] rows in
            let isComplete = start == nil && rows.count < limit
            let new = owner.receive(rows.lazy.filter { !$0.isAnswered }.map(\.message), isComplete: isComplete)
            pace.polled(new: new, isFull: rows.leaveSome(limit: limit), isOfAll: start == nil, took: .zero, at: now)
            let repeated = rows.filter(\.isAnswered)
            guard !repeated.isEmpty else { return then() }
            ask(.write, { store in store.change { $0.discard(repeated) } }, orElse: failed) { then() }
        }
    }

    private func load(_ failed: @escaping (StoreError) -> Void, then: @escaping () -> Void) {
        let requests = owner.streamsToLoad(limit: 32)
        guard !requests.isEmpty else { return then() }
        let giveUp = { [self] (error: StoreError) in
            for request in requests { owner.loadFailed(request) }
            failed(error)
        }
        ask(
            .read,
            { store in requests.map { store.tables.load($0.stream, fromFirstEvent: $0.fromFirstEvent) } },
            orElse: giveUp
        ) { [self] streams in
            for (request, stream) in zip(requests, streams) {
                if stream.snapshot != nil { world.note(.snapshotUsed) }
                owner.loaded(stream, for: request, at: world.now)
            }
            load(failed, then: then)
        }
    }
}
