import Domain
import Time

/// Writes the nodes, and how they compare with somebody else's list of hosts.
struct PopulationScribe {
    let request: EvidenceRequest
    let folder: BundleFolder

    /// - Parameters:
    ///   - proof: what its last scan says; nil for a node without one.
    ///   - open: how many of its findings were open at the end.
    func write(
        _ record: NodeRecord,
        _ proof: (NodeCompliance, baseline: String?)?,
        _ trail: NodeTrail,
        open: Int
    ) throws {
        let lastLook = trail.sightings.last
        let verdict = Self.verdict(proof?.0, lastLook, at: record.scope.upperBound)
        let known = [
            verdict.state.rawValue, verdict.reason?.rawValue ?? "", Self.text(proof?.0.missing.count),
            Self.text(proof?.0.criticalMissingCount), Self.text(proof?.0.isPendingReboot), proof?.baseline ?? "",
            FindingScribe.text(trail.lastScan?.at), "\(open)",
        ]
        try folder.write(record.columns + known, to: .population)
    }

    private static func text(_ count: Int?) -> String { count.map { "\($0)" } ?? "" }

    private static func text(_ flag: Bool?) -> String { flag.map { $0 ? "yes" : "no" } ?? "" }

    /// What was known of it at its end.
    private static func verdict(
        _ compliance: NodeCompliance?,
        _ lastLook: NodeTrail.Sighting?,
        at end: Timestamp
    ) -> (state: NodeCompliance.State, reason: NodeCompliance.UnknownReason?) {
        guard let compliance, let lastLook else { return (.unknown, .neverScanned) }
        guard lastLook.inventory != nil else { return (.unknown, .unscannedRun) }
        guard compliance.state != .unknown else { return (.unknown, compliance.unknownReason) }
        guard end <= lastLook.at + .seconds(NodeCompliance.scanLifetimeSeconds) else { return (.unknown, .staleScan) }
        return (compliance.state, nil)
    }

    /// Compares by node id, instance or host name, whatever their case.
    func reconcile(_ records: [NodeRecord]) throws -> Manifest.HostList? {
        guard let list = request.hostList else { return nil }
        var byName: [String: String] = [:]
        for record in records {
            let facts = record.enrolment?.facts
            for name in [record.id, facts?.instance?.id, facts?.hostname].compactMap(\.self) where !name.isEmpty {
                byName[name.lowercased()] = record.id
            }
        }
        let names = Dictionary(records.map { ($0.id, $0.enrolment?.facts.hostname ?? "") }) { first, _ in first }
        var (matched, onlyTheirs): (Set<String>, Int) = ([], 0)
        for listed in list.names {
            if let node = byName[listed.lowercased()] {
                matched.insert(node)
                try folder.write([listed, node, names[node] ?? "", "both"], to: .reconciliation)
            } else {
                onlyTheirs += 1
                try folder.write([listed, "", "", "only-theirs"], to: .reconciliation)
            }
        }
        let ours = records.filter { !matched.contains($0.id) }
        for record in ours {
            try folder.write(["", record.id, names[record.id] ?? "", "only-ours"], to: .reconciliation)
        }
        return Manifest.HostList(
            sha256: list.sha256,
            hosts: list.names.count,
            onlyTheirs: onlyTheirs,
            onlyOurs: ours.count
        )
    }
}
