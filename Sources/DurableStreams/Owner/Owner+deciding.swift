import DequeModule
package import Time

extension Owner {
    /// The next flush to send; nil while one is under way or when there is nothing to write.
    package mutating func nextFlush(at now: Timestamp) -> Flush? {
        guard !isFlushing else { return nil }
        if flushes.isEmpty { decide(at: now) }
        guard let next = flushes.first else { return nil }
        isFlushing = true
        return next.flush
    }

    /// Decides the flush behind the one under way, so that it can be sent the moment that one is written.
    package mutating func decideAhead(at now: Timestamp) {
        if flushes.count == (isFlushing ? 1 : 0) { decide(at: now) }
    }

    // MARK: - Steps

    private mutating func decide(at now: Timestamp) {
        tick(now)
        answeredLately.forgetOld(now)
        flushNumber += 1
        var builder = FlushBuilder(number: flushNumber, limits: limits)
        for shard in shards.values.filter({ !$0.isClaimed }).map(\.head.shard).sorted() {
            builder.claim(shard, at: time(of: shard, now))
        }
        let isCautious = cautiousFlushes > 0
        var decisions = 0
        while !builder.isFull, !(isCautious && decisions > 0), let stream = line.popFirst() {
            guard let slot = slots[stream] else { continue }
            slot.isInLine = false
            guard slot.phase == .open else { continue }
            decisions += takeTurn(
                slot,
                at: time(of: slot.shard, now),
                atMost: isCautious ? 1 : limits.turnMessages,
                &builder
            )
            enqueue(slot)
        }
        if isCautious { cautiousFlushes -= 1 }
        guard !builder.isEmpty else { return }
        flushes.append(PendingFlush(number: builder.number, flush: seal(&builder), decided: builder.decided))
        forgetUnused()
    }

    /// A shard's time does not go back, whatever the clock does.
    private func time(of shard: Shard, _ now: Timestamp) -> Timestamp { max(now, shards[shard]?.head.at ?? now) }

    /// Decides the stream's wake-up if due and then its oldest messages.
    private mutating func takeTurn(
        _ slot: StreamSlot,
        at now: Timestamp,
        atMost limit: Int,
        _ builder: inout FlushBuilder
    ) -> Int {
        var decisions = 0
        if slot.isWakeDue {
            slot.isWakeDue = false
            wake(slot, at: now, &builder)
            decisions += 1
        }
        while decisions < limit, slot.phase == .open, !builder.isFull, let message = slot.waiting.popFirst() {
            queued -= 1
            decisions += 1
            decide(message, slot, at: now, &builder)
        }
        return decisions
    }

    private mutating func decide(
        _ waiting: WaitingMessage,
        _ slot: StreamSlot,
        at now: Timestamp,
        _ builder: inout FlushBuilder
    ) {
        let message = waiting.message
        let context = DecisionContext(stream: slot.stream, messageID: message.id, actor: message.actor, now: now)
        builder.note(message.key)
        do throws(DecisionFailure) {
            if !condemned.isEmpty, let error = condemned.removeValue(forKey: message.key) { throw .poison(error) }
            let decision = try slot.fold.decide(message, context)
            if !decision.events.isEmpty { slot.idleWakes = 0 }
            builder.add(decision, of: slot, context)
            builder.answer(waiting, .accepted, of: slot, at: now)
        } catch {
            switch error {
            case .refused(let refusal):
                let answer = Answer.refused(code: storable(refusal.code), detail: storable(refusal.detail))
                builder.answer(waiting, .answered(answer), of: slot, at: now)
            case .poison(let text), .spoiled(let text):
                if case .spoiled = error { slot.phase = .spoiled(flush: builder.number) }
                let reason = storable(text)
                builder.setAside(message, reason, of: slot, at: now)
                builder.answer(waiting, .answered(.setAside(error: reason)), of: slot, at: now)
            }
        }
    }

    private mutating func wake(_ slot: StreamSlot, at now: Timestamp, _ builder: inout FlushBuilder) {
        guard let due = slot.fold.wakeAt, due <= now else {
            wakes.set(slot.stream, slot.fold.wakeAt)
            return
        }
        wakeLag = max(wakeLag ?? .zero, now - due)
        let id = slot.wakeKey.id
        let message = Message(id: id, stream: slot.stream, kind: "wake", body: "", actor: "engine", receivedAt: now)
        let context = DecisionContext(stream: slot.stream, messageID: id, actor: message.actor, now: now)
        var hasGained = false
        builder.note(message.key)
        do throws(DecisionFailure) {
            if !condemned.isEmpty, let error = condemned.removeValue(forKey: message.key) {
                slot.idleWakes = faultyWakes[slot.stream, default: 0]
                faultyWakes[slot.stream] = slot.idleWakes + 1
                throw .poison(error)
            }
            let decision = try slot.fold.decide(nil, context)
            hasGained = !decision.events.isEmpty
            builder.add(decision, of: slot, context)
        } catch {
            switch error {
            case .refused: break
            case .poison(let text), .spoiled(let text):
                if case .spoiled = error { slot.phase = .spoiled(flush: builder.number) }
                let reason = storable(text)
                builder.setAside(message, reason, of: slot, at: now)
            }
        }
        slot.idleWakes = hasGained ? 0 : slot.idleWakes + 1
        guard !hasGained else { return wakes.set(slot.stream, slot.fold.wakeAt) }
        if slot.idleWakes == 1 { notices.append(.idleWake(slot.stream)) }
        wakes.set(slot.stream, now + .seconds(1 << min(slot.idleWakes, 8)))
    }

    /// Numbers and chains the flush, and notes when its streams are to be woken.
    private mutating func seal(_ builder: inout FlushBuilder) -> Flush {
        var rows: [Shard: [StreamRow]] = [:]
        for slot in builder.gained {
            if let row = row(of: slot, flush: builder.number) { rows[slot.shard, default: []].append(row) }
        }
        var parts: [FlushPart] = []
        for shard in builder.dirtyShards {
            guard var owned = shards[shard] else { continue }
            parts.append(builder.seal(shard, owner: &owned, engine: engine, streams: rows[shard] ?? []))
            shards[shard] = owned
        }
        return Flush(parts: parts)
    }

    /// The stream's row, if it must be written: when it is new, when it may be woken too late otherwise, when it need not
    /// be woken again, or when it is time for a snapshot.
    private mutating func row(of slot: StreamSlot, flush: Int) -> StreamRow? {
        let gained = slot.draft?.events.count ?? 0
        slot.bytesSinceSnapshot += gained
        let isSpoiled = slot.phase != .open
        // What a spoiled fold wishes is unknown: it is looked at once it is loaded again.
        let wakeAt = isSpoiled ? Timestamp(microseconds: 0) : slot.fold.wakeAt.map(Limits.clamp)
        if !isSpoiled, slot.idleWakes == 0 { wakes.set(slot.stream, wakeAt) }
        let snapshot = isSpoiled ? nil : snapshotIfDue(slot)
        let isEarlier = wakeAt.map { $0 < slot.storedWake ?? Timestamp(microseconds: .max) } ?? (slot.storedWake != nil)
        guard !slot.exists || isEarlier || snapshot != nil else { return nil }
        slot.exists = true
        slot.storedWake = wakeAt
        return StreamRow(stream: slot.stream, version: slot.version, wakeAt: wakeAt, snapshot: snapshot)
    }

    private mutating func snapshotIfDue(_ slot: StreamSlot) -> Snapshot? {
        guard slot.bytesSinceSnapshot >= max(limits.snapshotBytes, limits.snapshotRatio * slot.snapshotBytes) else {
            return nil
        }
        slot.bytesSinceSnapshot = 0
        do {
            let snapshot = try slot.fold.snapshot()
            slot.snapshotBytes = snapshot.state.utf8.count
            return snapshot
        } catch {
            notices.append(.noSnapshot(slot.stream, error: "\(error)"))
            return nil
        }
    }

    /// Keeps memory bounded: forgets the streams that were not used for longest, down to nine tenths of the limit.
    private mutating func forgetUnused() {
        guard slots.count > limits.openStreams else { return }
        let oldest = flushes.first?.number ?? flushNumber
        let idle = slots.values.filter { $0.phase == .open && !$0.hasWork && $0.lastFlush < oldest }
        let excess = slots.count - limits.openStreams * 9 / 10
        for slot in idle.sorted(by: { ($0.lastFlush, $0.stream) < ($1.lastFlush, $1.stream) }).prefix(excess) {
            slots[slot.stream] = nil
        }
    }
}

/// Text that may quote anything, cut to what is worth keeping, without what PostgreSQL cannot hold.
private func storable(_ text: String) -> String {
    String(text.prefix(2_000)).replacing("\0", with: "\u{FFFD}")
}
