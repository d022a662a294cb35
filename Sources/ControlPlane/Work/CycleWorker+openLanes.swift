import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Opens a rollout for each lane of the stage and tells the cycle of them.
    func openLanes(of stageName: String, cycle name: String, _ cycle: Cycle, _ start: CycleStart) async throws
        -> [Reply]
    {
        let book = try await reader.policy()
        let opening = try LaneOpening(of: stageName, cycle: name, cycle, start, book)
        let plan = try await plan(opening.planDigest)
        let specs = try opening.specs(
            for: try await questions.activeNodes(opening.targets),
            plan: plan,
            rejected: plan == nil ? [:] : try await questions.offers(calledBy: book.rejections),
            at: now()
        )
        try await claimTargets(of: specs)
        return opening.replies(specs)
    }

    /// nil when none is asked for, or it is not stored.
    private func plan(_ digest: String?) async throws -> Plan? {
        guard let digest, let text = try await content.load([digest])[digest] else { return nil }
        return try Plan(canonical: text)
    }
}
