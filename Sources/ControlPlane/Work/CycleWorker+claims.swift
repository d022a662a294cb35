import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Makes sure that no node of the lanes has, or can get, an order from another cycle.
    ///
    /// - Parameter isCommand: whether nobody would resume the cycle: the task is tried again then, for some two minutes.
    /// - Throws: ``PermanentTaskFailure`` that names the other cycle: a person waits for it or aborts it, then resumes this one.
    func claimTargets(of specs: [RolloutSpec], isCommand: Bool) async throws {
        let wanted = specs.flatMap { spec in spec.targets.map { NodeClaim(node: $0, rollout: spec.rollout) } }
        guard let taken = try await claims.claim(wanted, unlessHeld: isOver) else { return }
        let other = RolloutName.cycle(of: taken.rollout)
        guard !isCommand else { throw NodeAtWork(node: taken.node, cycle: other) }
        throw PermanentTaskFailure(
            "\(taken.node) has work in cycle \(other) (\(taken.rollout)), and a node gets one "
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

/// The task is tried again a moment later.
private struct NodeAtWork: Error, CustomStringConvertible {
    let node: String
    let cycle: String

    var description: String {
        "\(node) has work in cycle \(cycle), and a node gets one order at a time; send the command again when that has ended"
    }
}
