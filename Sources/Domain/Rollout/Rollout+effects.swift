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
            let isOver = spec.verdict(on: report.fact)?.state.isTerminal ?? false
            return isOver ? [.retractOrder(index: report.index, attempt: spec.attempt)] : []
        case .hostsExpired(let indices, _, _):
            return indices.map { .retractOrder(index: $0, attempt: spec.attempt) }
        case .halted(let errors, _):
            return [.tell(cycle: spec.cycle, .laneHalted(rollout: spec.rollout, errors: errors))]
        case .ended:
            let outcome = LaneOutcome(
                rollout: spec.rollout,
                counts: counts,
                failures: failures,
                haltErrors: haltErrors
            )
            return [.tell(cycle: spec.cycle, .laneEnded(outcome))]
        case .opened, .queueEnded, .paused, .resumed, .aborted, .windowMoved: return []
        }
    }
}
