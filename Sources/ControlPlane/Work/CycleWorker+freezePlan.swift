import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Inventories read at a time: they bound the memory.
    private static let inventoriesAtOnce = 100

    /// Selects each scanned node's patches by its baseline, and stores the plan under its digest.
    func freezePlan(_ cycle: Cycle, _ start: CycleStart) async throws -> PlanSummary {
        // One for all, so that equal hosts get equal patches.
        let moment = now()
        var draft = PlanDraft(start.definition.rejecting(try await reader.policy().rejections))
        for lane in cycle.stages.first?.lanes ?? [] {
            try draft.add(try await reader.events(of: Rollout.stream(lane.rollout)).lazy.map(\.event), of: lane)
        }
        for digests in draft.inventories.chunks(of: Self.inventoriesAtOnce) {
            for (digest, inventory) in try await content.inventories.load(digests) {
                draft.select(inventory, digest: digest, at: moment)
            }
        }
        let plan = draft.plan
        let text = String(decoding: plan.canonicalBytes, as: UTF8.self)
        return draft.summary(of: plan, digest: try await content.store(.plan, text, at: now()))
    }
}

extension Array {
    /// Made one at a time.
    func chunks(of size: Int) -> some Sequence<[Element]> {
        stride(from: 0, to: count, by: size).lazy.map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
