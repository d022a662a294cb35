extension Rollout {
    package func effects(of event: RolloutEvent) -> [RolloutEffect] {
        guard let spec else {
            // Its opening may have been refused: the cycle must not wait for it for ever.
            if case .aborted = event { return [.tellUnopened] }
            return []
        }
        switch event {
        case .hostsOrdered(let first, let count, let expires, _):
            return (first..<first + count).map { .order(index: $0, attempt: spec.attempt, expires: expires) }
        case .hostReported(let report, _):
            guard let verdict = spec.verdict(on: report.fact), verdict.state.isTerminal else { return [] }
            return [.retractOrder(index: report.index, attempt: spec.attempt)]
                + slotNews(of: report, isBack: verdict.state == .succeeded, spec)
        case .hostsExpired(let indices, let state, _):
            return indices.flatMap { index in
                let retraction = RolloutEffect.retractOrder(index: index, attempt: spec.attempt)
                guard state == .timedOut, spec.operation != .scan else { return [retraction] }
                // It may have gone down for a reboot and never come back.
                let order = OrderID(rollout: spec.rollout, index: index, attempt: spec.attempt).description
                return [retraction, .tellNode(spec.targets[index], .runTimedOut(order: order))]
            }
        case .ordersWithdrawn(let indices, _):
            return indices.map { .withdrawOrder(index: $0, attempt: spec.attempt) }
        case .halted(let errors, _):
            return [.tell(cycle: spec.cycle, .laneHalted(rollout: spec.rollout, errors: errors))]
        case .ended:
            let outcome = LaneOutcome(
                rollout: spec.rollout,
                counts: counts,
                failures: failures.map(\.withoutOutput),
                haltErrors: haltErrors
            )
            return [.tell(cycle: spec.cycle, .laneEnded(outcome))]
        case .opened, .queueEnded, .cancelRequested, .hostsCancelled, .paused, .resumed, .aborted, .windowMoved:
            return []
        }
    }

    /// Only a success proves that the host is back: what failed may have failed in its reboot.
    private func slotNews(of report: HostReport, isBack: Bool, _ spec: RolloutSpec) -> [RolloutEffect] {
        guard let group = spec.rebootSlot(at: report.index) else { return [] }
        let order = OrderID(rollout: spec.rollout, index: report.index, attempt: spec.attempt).description
        let holder = RebootSlotHolder.name(ofNode: spec.targets[report.index])
        return [.tellSlots(group, .ended(holder: holder, order: order, isBack: isBack))]
    }
}
