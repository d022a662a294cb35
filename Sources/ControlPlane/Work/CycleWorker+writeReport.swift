import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Writes one row per host of the cycle, by what is proved at this moment, and stores it under its digest.
    func writeReport(_ cycle: Cycle) async throws -> String {
        var nodes: Set<String> = []
        for lane in cycle.stages.flatMap(\.lanes) {
            let rollout = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(lane.rollout))
            nodes.formUnion(rollout?.state.spec?.targets ?? [])
        }
        let rows = try await questions.nodes(in: nodes)
        return try await content.store(.report, ComplianceReport(nodes: rows, at: now()).csv, at: now())
    }
}
