import Domain
import PatchStreams
import Time

/// What the inventories of the period's scans say: what their hosts lack, and how far they are to be believed.
struct Judgements {
    /// Inventories loaded at a time: they bound the memory.
    private static let inventoriesAtOnce = 50

    /// What one inventory says, whenever it was taken.
    struct Judged {
        /// Places in ``findings``; nil when no advisory is for the host's release.
        var findings: [Int]?
        var indexCount: Int
        var indexes: [ArchiveIndex]

        /// Why a scan with it proves nothing; nil when it does.
        func doubt(at moment: Timestamp) -> NodeCompliance.UnknownReason? {
            if indexCount == 0 { return .noIndexes }
            return indexes.areStale(at: moment) ? .staleIndex : nil
        }
    }

    /// By the inventory's place.
    private(set) var judged: [Judged] = []
    /// Each once.
    private(set) var findings: [Finding] = []
    /// By node: by its last scan.
    private(set) var compliance: [String: (NodeCompliance, baseline: String?)] = [:]

    private let until: Timestamp
    private var places: [FindingKey: Int] = [:]

    /// - Parameters:
    ///   - until: advisories that were first imported later are left out.
    ///   - definitions: of the cycles that scans belong to, by name.
    init(
        _ trails: NodeTrails,
        _ content: EvidenceContent,
        until: Timestamp,
        definitions: [String: WorkflowDefinition]
    ) async throws {
        self.until = until
        let nodes = Dictionary(grouping: trails.trails.keys) { node in
            trails[node].sightings.last { $0.inventory != nil }?.inventory
        }
        let digests = trails.inventories
        for start in stride(from: 0, to: digests.count, by: Self.inventoriesAtOnce) {
            let part = Array(digests[start..<min(start + Self.inventoriesAtOnce, digests.count)])
            let inventories = try await content.inventories(part)
            let index = try await content.advisories(Set(inventories.values.map { PackageSet($0).release }))
            for (offset, digest) in part.enumerated() {
                guard let inventory = inventories[digest] else {
                    throw EvidenceError.missingContent("inventory \(digest)")
                }
                judge(inventory, by: index)
                for node in nodes[start + offset] ?? [] { judge(node, inventory, trails[node].lastScan, definitions) }
            }
        }
    }

    // MARK: - Steps

    private mutating func judge(_ inventory: HostInventory, by index: AdvisoryIndex) {
        let found = index.findings(for: PackageSet(inventory))?.filter { finding in
            finding.advisory.firstImportedAt.map { $0 < until } ?? true
        }
        judged.append(
            Judged(
                findings: found.map { $0.map { place(of: $0) } },
                indexCount: inventory.indexCount,
                indexes: inventory.indexes
            )
        )
    }

    private mutating func judge(
        _ node: String,
        _ inventory: HostInventory,
        _ scan: (at: Timestamp, cycle: String, patchGroup: String)?,
        _ definitions: [String: WorkflowDefinition]
    ) {
        guard let scan else { return }
        let baseline = definitions[scan.cycle]?.baseline(ofPatchGroup: scan.patchGroup, on: inventory.system)
        let verdict = NodeCompliance.evaluate(
            HostScan(inventory: inventory, at: scan.at),
            by: baseline,
            now: scan.at
        )
        compliance[node] = (verdict, baseline?.name)
    }

    private mutating func place(of finding: Finding) -> Int {
        let key = FindingKey(finding)
        if let place = places[key] { return place }
        places[key] = findings.count
        findings.append(finding)
        return findings.count - 1
    }
}

/// What tells findings of one host apart, with the version that lacks the fix.
private struct FindingKey: Hashable {
    var source: AdvisorySource
    var advisory: String
    var package: Patch

    init(_ finding: Finding) {
        (source, advisory, package) = (finding.advisory.source, finding.advisory.id, finding.package)
    }
}
