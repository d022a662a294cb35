import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Makes sure that no node of the lanes has, or can get, an order from another cycle.
    ///
    /// - Returns: a node that has, and where; nil when all are claimed.
    func claimTargets(of specs: [RolloutSpec]) async throws -> NodeAtWork? {
        let wanted = specs.flatMap { spec in spec.targets.map { NodeClaim(node: $0, rollout: spec.rollout) } }
        return try await claims.claim(wanted, unlessHeld: isOver).map(NodeAtWork.init)
    }

    /// Whether the rollout can order nobody any more: it has ended, or its cycle has ended without opening it.
    private func isOver(_ rollout: String) async throws -> Bool {
        let folded = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(rollout))
        if let state = folded?.state, state.spec != nil { return state.phase == .ended }
        let cycle = Cycle.stream(RolloutName.cycle(of: rollout))
        return try await reader.fold(DomainDecider<Cycle>.withoutEffects, cycle)?.state.step.isTerminal ?? true
    }
}

/// A node that another cycle has claimed.
struct NodeAtWork: CustomStringConvertible {
    let claim: NodeClaim

    var description: String {
        "\(claim.node) has work in cycle \(RolloutName.cycle(of: claim.rollout)) (\(claim.rollout)), and a node gets one order at a time"
    }
}
