import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Nodes read at a time: they bound the memory.
    private static let reportedAtOnce = 5_000

    /// Writes one row per host of the cycle, by what is proved at this moment, and stores it under its digest.
    func writeReport(_ cycle: Cycle) async throws -> String {
        var nodes: Set<String> = []
        for lane in cycle.stages.flatMap(\.lanes) {
            let rollout = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(lane.rollout))
            nodes.formUnion(rollout?.state.spec?.targets ?? [])
        }
        var report = ComplianceReport(at: now())
        for page in nodes.sorted().chunks(of: Self.reportedAtOnce) {
            report.append(try await questions.nodes(in: page))
        }
        return try await content.store(.report, report.csv, at: now())
    }
}
