import DurableStreams
import Time

extension EngineProcess {
    /// Writes the flush, and meanwhile decides the next.
    func write(_ flush: Flush) {
        var written: Result<Set<MessageKey>, StoreError>?
        var restores = world.store.restores
        var gathered: Result<Bool, StoreError>?
        // Whichever of the two ends last goes on, and does so once.
        let proceed = { [self] in
            guard let result = written, let gathered else { return }
            written = nil
            finish(flush, result, gathered, isOvertaken: restores != world.store.restores)
        }
        flushUnderWay = Set(flush.parts.map(\.shard))
        world.store.call(self, .write, { store throws(StoreError) in try store.append(flush) }) { [world] result in
            written = result
            restores = world.store.restores
            proceed()
        }
        if stumbles() { return }
        guard !isCareful else { return gathered = .success(false) }
        gather { [self] error in
            gathered = .failure(error)
            after(.microseconds(1)) { proceed() }
        } then: { [self] hasPolled in
            owner.decideAhead(at: world.now)
            if isTrapped() { return }
            gathered = .success(hasPolled)
            proceed()
        }
    }

    /// - Parameter isOvertaken: whether the database was brought back after the flush was written.
    private func finish(
        _ flush: Flush,
        _ written: Result<Set<MessageKey>, StoreError>,
        _ gathered: Result<Bool, StoreError>,
        isOvertaken: Bool
    ) {
        if stumbles() { return }
        switch written {
        case .success(let leftOut):
            release(.committed(leftOut: leftOut), isOvertaken: isOvertaken)
            if case .failure(let error) = gathered { return fail(error) }
            failures = 0
            after(.microseconds(10)) { [self] in step() }
        case .failure(let failure):
            direct.acceptNothing()
            if failure.code == .outcomeUnknown, stumbles(times: 40) { return }
            resolve(flush, failure) { [self] outcome in
                release(outcome, isOvertaken: false)
                fail(failure)
            }
        }
    }

    /// What became of the flush; asks the log until it is known.
    private func resolve(_ flush: Flush, _ failure: StoreError, then: @escaping (FlushOutcome) -> Void) {
        if let mistaken = mistakenOutcome(of: failure) { return then(mistaken) }
        switch failure.code {
        case .unavailable, .unsealed: return then(.notWritten(heads: []))
        case .invalid: return then(.invalid(failure.description))
        case .conflict, .outcomeUnknown: break
        }
        let again = { [self] (_: StoreError) in
            after(world.random.milliseconds(50...2_000)) { [self] in resolve(flush, failure, then: then) }
        }
        let witness = flush.witness
        ask(.read, { store in witness.map(store.contains) ?? false }, orElse: again) { [self] isThere in
            guard !isThere else {
                world.note(.unknownFlushWasApplied)
                owner.fallBehind()
                pace.restart()
                return then(.committed(leftOut: Set(flush.parts.flatMap(\.messages).map(\.key))))
            }
            ask(.read, { store in flush.parts.map { store.tables.head(of: $0.shard) } }, orElse: again) {
                [self] heads in
                world.note(failure.code == .conflict ? .zombieFlushRefused : .unknownFlushWasNotApplied)
                then(failure.code == .conflict ? .conflict(heads: heads) : .notWritten(heads: heads))
            }
        }
    }

    private func mistakenOutcome(of failure: StoreError) -> FlushOutcome? {
        switch (world.plan.defect, failure.code) {
        case (.unknownIsSuccess, .outcomeUnknown): .committed(leftOut: [])
        case (.unknownIsFailure, .outcomeUnknown), (.unknownIsFailure, .conflict): .notWritten(heads: [])
        default: nil
        }
    }

    private func release(_ outcome: FlushOutcome, isOvertaken: Bool) {
        flushUnderWay = []
        let release = owner.flushed(outcome)
        // What was durable, and was taken back by a person before the engine came to tell of it, is nowhere now.
        if !isOvertaken { world.judge { () throws(Violation) in try world.checker.told(release.answers, in: world) } }
        direct.decided(release.answers.map(\.key))
        for row in release.setAside { world.tell(name, "sets aside \(row.message.id): \(row.error)") }
        guard !release.dropped.isEmpty else { return }
        direct.declineAll()
        world.tell(name, "loses \(release.dropped.count) shards to another engine")
        leasesDue = Moment()
    }
}
