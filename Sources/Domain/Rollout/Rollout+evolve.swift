import Time

extension Rollout {
    package mutating func evolve(_ event: RolloutEvent) {
        clock = max(clock, event.at)
        switch event {
        case .opened(let spec, _):
            self.spec = spec
            hostStates = Array(repeating: .queued, count: spec.targets.count)
            sequences = Array(repeating: 0, count: spec.targets.count)
            counts[.queued] = spec.targets.count
        case .hostsOrdered(let first, let count, let expires, _): order(first, count, expires)
        case .hostReported(let report, let at): take(report, at)
        case .hostsExpired(let indices, let state, _):
            for index in indices { expire(index, as: state) }
        case .queueEnded(let state, _):
            for index in nextIndex..<hostStates.count where hostStates[index] == .queued { move(index, to: state) }
            nextIndex = hostStates.count
        case .halted(let errors, _):
            phase = .halted
            haltErrors = errors
        case .cancelRequested(let nodes, _): cancelledNodes = (cancelledNodes ?? []).union(nodes)
        case .hostsCancelled(let indices, _):
            for index in indices where hostStates.indices.contains(index) { move(index, to: .cancelled) }
            skipEnded()
        case .ordersWithdrawn(let indices, _):
            // Those of single nodes are behind no mark.
            guard phase == .aborted else { break }
            let last = indices.last ?? hostStates.count
            withdrawnIndex = indices.count < Self.batchSize || last >= hostStates.count ? hostStates.count : last + 1
        case .paused(let revision, _):
            self.revision = revision
            if phase == .running { phase = .paused }
        case .resumed(let revision, _, _):
            self.revision = revision
            if phase == .halted { forgivenErrors = errors }
            haltErrors = nil
            phase = .running
        case .aborted(_, _, let revision, _):
            self.revision = revision
            phase = .aborted
        case .windowMoved(let window, _): spec?.window = window
        case .ended: phase = .ended
        }
        deliveries.settle { hostStates[$0] == .ordered }
        runs.settle { hostStates[$0].isRunning }
    }

    // MARK: - Steps

    private mutating func move(_ index: Int, to state: HostRunState) {
        counts[hostStates[index]] -= 1
        counts[state] += 1
        hostStates[index] = state
    }

    private mutating func order(_ first: Int, _ count: Int, _ expires: Timestamp) {
        let targets = (first..<first + count).clamped(to: hostStates.indices)
        for index in targets { move(index, to: .ordered) }
        nextIndex = targets.upperBound
        skipEnded()
        deliveries.append(targets, deadline: expires + .seconds(Self.graceSeconds))
    }

    /// Those that were cancelled in the queue are no longer of it.
    private mutating func skipEnded() {
        while nextIndex < hostStates.count, hostStates[nextIndex] != .queued { nextIndex += 1 }
    }

    private mutating func take(_ report: HostReport, _ at: Timestamp) {
        // Not `let spec`, here and below: a copy of it costs more than all the rest.
        guard hostStates.indices.contains(report.index), let verdict = spec?.verdict(on: report.fact) else { return }
        let wasOrdered = hostStates[report.index] == .ordered
        sequences[report.index] = Int32(clamping: report.sequence)
        move(report.index, to: verdict.state)
        if wasOrdered, !verdict.state.isTerminal, let seconds = spec?.hostRunSeconds {
            runs.append(report.index..<report.index + 1, deadline: at + .seconds(seconds))
        }
        if let cause = verdict.cause { note(report.index, cause, report.fact.failedPatches) }
    }

    private mutating func expire(_ index: Int, as state: HostRunState) {
        guard hostStates.indices.contains(index) else { return }
        move(index, to: state)
        if state == .timedOut { note(index, state.name) }
    }

    private mutating func note(_ index: Int, _ cause: String, _ patches: [PatchFailure] = []) {
        guard let spec, failures.count < Self.namedFailures else { return }
        let named = patches.isEmpty ? nil : Array(patches.prefix(Self.namedPatches))
        failures.append(HostFailure(node: spec.targets[index], cause: cause, patches: named))
    }
}

extension HostFact {
    /// What it tells of patches that failed.
    fileprivate var failedPatches: [PatchFailure] {
        switch self {
        case .installed(_, let patches, _), .failed(_, _, _, let patches):
            patches.filter { $0.state == .failed }.map {
                PatchFailure(patch: $0.patch, cause: $0.failure, output: $0.output)
            }
        case .accepted, .refused, .installing, .rebooting, .verifying, .scanned, .ran: []
        }
    }
}
