import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Makes sure that no node of the lanes has, or can get, an order from another cycle.
    ///
    /// - Throws: ``PermanentTaskFailure`` that names the other cycle: a person waits for it or aborts it, then resumes this one.
    func claimTargets(of specs: [RolloutSpec]) async throws {
        let wanted = specs.flatMap { spec in spec.targets.map { NodeClaim(node: $0, rollout: spec.rollout) } }
        guard let taken = try await claims.claim(wanted, unlessHeld: isOver) else { return }
        throw PermanentTaskFailure(
            "\(taken.node) has work in cycle \(RolloutName.cycle(of: taken.rollout)) (\(taken.rollout)), and a node gets one "
                + "order at a time; wait for that lane to end or abort that cycle, then resume this one"
        )
    }

    /// Whether the rollout can order nobody any more: it has ended, or its cycle has ended without opening it.
    private func isOver(_ rollout: String) async throws -> Bool {
        let folded = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(rollout))
        if let state = folded?.state, state.spec != nil { return state.phase == .ended }
        let cycle = Cycle.stream(RolloutName.cycle(of: rollout))
        return try await reader.fold(DomainDecider<Cycle>.withoutEffects, cycle)?.state.step.isTerminal ?? true
    }
}
