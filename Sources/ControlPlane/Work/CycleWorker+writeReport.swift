import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Nodes read at a time: they bound the memory.
    private static let reportedAtOnce = 5_000

    /// Writes one row per host of the cycle, by what is proved at this moment, and stores it under its digest; then writes the hosts of
    /// its sites where the stage says.
    func writeReport(_ cycle: Cycle, _ name: String) async throws -> CycleMessage {
        var nodes: Set<String> = []
        for lane in cycle.stages.flatMap(\.lanes) {
            let rollout = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(lane.rollout))
            nodes.formUnion(rollout?.state.spec?.targets ?? [])
        }
        var report = ComplianceReport(at: now())
        for page in nodes.sorted().chunks(of: Self.reportedAtOnce) {
            report.append(try await questions.nodes(in: page))
        }
        let digest = try await content.store(.report, report.csv, at: now())
        return .reportWritten(digest: digest, files: try await writeFiles(cycle, name))
    }

    /// Nothing is undone where a later file fails: the next attempt writes all of them again, under the same names.
    private func writeFiles(_ cycle: Cycle, _ name: String) async throws -> [ReportFile]? {
        guard let stage = cycle.currentStage?.name, let startedAt = cycle.startedAt,
            let export = cycle.start?.definition.stage(named: stage)?.export
        else { return nil }
        var files: [ReportFile] = []
        for site in Set(cycle.stages.flatMap(\.lanes).map(\.site)).sorted() {
            guard var table = try await questions.hosts(ofSite: site) else { continue }
            let place = export.place(ofSite: site, cycle: name, startedAt: startedAt)
            let written = try await self.export(place) { try await table.next() }
            files.append(ReportFile(site: site, place: place, sha256: written.sha256, byteCount: written.byteCount))
        }
        return files
    }
}

/// Writes the pieces of a report to a place, as a whole or not at all, and tells the SHA-256 of what is there.
package typealias ReportWriter =
    @Sendable (_ place: String, _ next: () async throws -> [UInt8]?) async throws -> (sha256: String, byteCount: Int)
