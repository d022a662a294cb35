package import Time

extension Rollout {
    package func decide(
        _ message: RolloutMessage,
        now: Timestamp,
        actor: String
    ) throws(RolloutRefusal) -> [RolloutEvent] {
        let now = max(now, clock)
        switch message {
        case .open(let spec): return try open(spec, now)
        case .report(let report, let node): return try take(report, from: node, now)
        case .wake: return expire(now)
        case .move(let window): return move(to: window, now)
        case .pause(let revision):
            guard isNews(revision) else { return [] }
            return [.paused(revision: revision, at: now)]
        case .resume(let revision, let by, let cancelled):
            guard isNews(revision) else { return [] }
            let cancellation = cancellation(of: cancelled ?? [], now)
            let resumed = RolloutEvent.resumed(revision: revision, by: by, at: now)
            return cancellation + folding(cancellation).resume(resumed, now)
        case .cancel(let nodes):
            let cancellation = cancellation(of: nodes, now)
            guard let spec, !cancellation.isEmpty else { return cancellation }
            let rest = folding(cancellation)
            return cancellation + rest.consequences([], Outlook(rest, spec), spec, now)
        case .abort(let reason, let by, let revision):
            guard isNews(revision) else { return [] }
            return abort(.aborted(reason: reason, by: by, revision: revision, at: now), now)
        }
    }

    // MARK: - Steps

    private func isNews(_ revision: Int) -> Bool {
        revision > self.revision && phase != .ended && phase != .aborted
    }

    private func open(_ spec: RolloutSpec, _ now: Timestamp) throws(RolloutRefusal) -> [RolloutEvent] {
        guard self.spec == nil else { return [] }
        guard spec.window.opens < spec.window.cutoff else { throw .emptyWindow(rollout: spec.rollout) }
        if let flaw = spec.flaw { throw .unfittingSpec(rollout: spec.rollout, flaw) }
        let opening = [RolloutEvent.opened(spec, at: now)]
        let opened = folding(opening)
        let cancelled = opened.targets(in: opened.cancelledNodes ?? [])
        let events = opening + (cancelled.isEmpty ? [] : [.hostsCancelled(cancelled, at: now)])
        let rest = folding(events)
        return rest.consequences(events, Outlook(rest, spec), spec, now)
    }

    /// What follows from it alone; nothing where nothing of the nodes is news.
    private func cancellation(of nodes: [String], _ now: Timestamp) -> [RolloutEvent] {
        let news = nodes.filter { cancelledNodes?.contains($0) != true }
        guard !news.isEmpty, phase != .ended, phase != .aborted else { return [] }
        let request = RolloutEvent.cancelRequested(nodes: news, at: now)
        guard spec != nil else { return [request] }
        let targets = targets(in: Set(news))
        let (queued, inFlight) = (
            targets.filter { hostStates[$0] == .queued }, targets.filter { hostStates[$0].isInFlight }
        )
        guard !queued.isEmpty || !inFlight.isEmpty else { return [] }
        return [request] + (queued.isEmpty ? [] : [.hostsCancelled(queued, at: now)])
            + (inFlight.isEmpty ? [] : [.ordersWithdrawn(inFlight, at: now)])
    }

    private func targets(in nodes: Set<String>) -> [Int] {
        guard let spec, !nodes.isEmpty else { return [] }
        return spec.targets.indices.filter { nodes.contains(spec.targets[$0]) }
    }

    private func folding(_ events: [RolloutEvent]) -> Self {
        var state = self
        for event in events { state.evolve(event) }
        return state
    }

    private func resume(_ event: RolloutEvent, _ now: Timestamp) -> [RolloutEvent] {
        guard let spec else { return [event] }
        var outlook = Outlook(self, spec)
        if phase == .halted { outlook.forgive() }
        outlook.enter(.running)
        return consequences([event], outlook, spec, now)
    }

    private func abort(_ event: RolloutEvent, _ now: Timestamp) -> [RolloutEvent] {
        guard let spec else { return [event] }
        var outlook = Outlook(self, spec)
        outlook.enter(.aborted)
        return consequences([event], outlook, spec, now)
    }

    private func move(to window: WindowOccurrence, _ now: Timestamp) -> [RolloutEvent] {
        guard var spec, spec.window != window, queuedCount > 0 else { return [] }
        spec.window = window
        return consequences([.windowMoved(window, at: now)], Outlook(self, spec), spec, now)
    }

    /// A repeated or stale report, and one after the host's terminal state, changes nothing.
    private func take(_ report: HostReport, from node: String, _ now: Timestamp) throws(RolloutRefusal)
        -> [RolloutEvent]
    {
        guard let spec else { throw .notOpen(kind: "report") }
        let index = report.index
        guard hostStates.indices.contains(index), report.attempt == spec.attempt else {
            throw .unknownOrder(rollout: spec.rollout, index: index, attempt: report.attempt)
        }
        guard spec.targets[index] == node else {
            throw .orderOfAnotherNode(rollout: spec.rollout, index: index, node: node)
        }
        // Its order was given before the database was brought back to a moment before that: it is given again, and the host, which
        // has done it, sends its result again then.
        guard hostStates[index] != .queued else { return [] }
        guard !hostStates[index].isTerminal, report.sequence > sequences[index], report.sequence <= Int32.max else {
            return []
        }
        guard let verdict = spec.verdict(on: report.fact) else {
            throw .unfittingFact(rollout: spec.rollout, node: node, fact: report.fact.name)
        }
        var outlook = Outlook(self, spec)
        if verdict.state.isTerminal { outlook.runsEnded(1, errors: verdict.isError ? 1 : 0) }
        return consequences([.hostReported(report, at: now)], outlook, spec, now)
    }

    private func expire(_ now: Timestamp) -> [RolloutEvent] {
        guard let spec, phase != .ended else { return [] }
        var outlook = Outlook(self, spec)
        var events: [RolloutEvent] = []
        let undelivered = deliveries.due(at: now, limit: Self.batchSize) { hostStates[$0] == .ordered }
        if !undelivered.isEmpty {
            events.append(.hostsExpired(undelivered, as: .unknown, at: now))
            outlook.runsEnded(undelivered.count, errors: 0)
        }
        let endless = runs.due(at: now, limit: Self.batchSize) { hostStates[$0].isRunning }
        if !endless.isEmpty {
            events.append(.hostsExpired(endless, as: .timedOut, at: now))
            outlook.runsEnded(endless.count, errors: endless.count)
        }
        return consequences(events, outlook, spec, now)
    }

    /// Of an aborted rollout, the hosts that are told next to end.
    private var nextInFlight: [Int] {
        Array(
            (withdrawnIndex..<nextIndex).lazy.filter { hostStates[$0].isInFlight && !isTold($0) }.prefix(Self.batchSize)
        )
    }

    /// Whether its node was cancelled by itself.
    private func isTold(_ index: Int) -> Bool {
        guard let cancelledNodes, let spec else { return false }
        return cancelledNodes.contains(spec.targets[index])
    }

    /// How many targets from there on are queued side by side, as far as they may be ordered.
    private func queuedRun(from first: Int, atMost limit: Int) -> Int {
        hostStates.dropFirst(first).prefix(limit).prefix { $0 == .queued }.count
    }

    /// The events, and those that follow from them by themselves.
    private func consequences(
        _ causes: [RolloutEvent],
        _ outlook: Outlook,
        _ spec: RolloutSpec,
        _ now: Timestamp
    ) -> [RolloutEvent] {
        var (events, outlook) = (causes, outlook)
        if outlook.mustHalt {
            events.append(.halted(errors: outlook.errors, at: now))
            outlook.enter(.halted)
        }
        if outlook.queued > 0, outlook.phase == .aborted {
            events.append(.queueEnded(as: .cancelled, at: now))
            outlook.queueEnded()
        } else if outlook.queued > 0,
            outlook.isPastCutoff(at: now) || outlook.phase == .halted && spec.endsWhenHalted == true
        {
            events.append(.queueEnded(as: .missedWindow, at: now))
            outlook.queueEnded()
        }
        let most = outlook.hasOpened(at: now) ? min(outlook.startable, spec.batchSize) : 0
        let count = most > 0 ? queuedRun(from: outlook.nextIndex, atMost: most) : 0
        if count > 0 {
            let expires = outlook.expiry(orderedAt: now, deliverySeconds: spec.deliverySeconds)
            events.append(.hostsOrdered(first: outlook.nextIndex, count: count, expires: expires, at: now))
            outlook.ordered(count)
        }
        if outlook.phase == .aborted, outlook.inFlight > 0, withdrawnIndex < nextIndex {
            events.append(.ordersWithdrawn(nextInFlight, at: now))
        }
        if outlook.queued == 0, outlook.inFlight == 0 { events.append(.ended(at: now)) }
        return events
    }
}
