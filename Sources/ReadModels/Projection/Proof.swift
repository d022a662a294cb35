package import Domain
package import Time

/// What the last run on a node proved: a row of `node_compliance`.
package struct Proof: Codable, Equatable, Sendable {
    package struct Verdict: Codable, Equatable, Sendable {
        var state: NodeCompliance.State
        var unknownReason: NodeCompliance.UnknownReason?
        var baseline: String?
        var missing: [MissingPatchView]
        var criticalMissing: Int
        var updates: Int
        var securityUpdates: Int
        var rebootReasons: [String]

        /// Of a run that ended without a scan.
        package static let unscanned = Self(
            state: .unknown,
            unknownReason: .unscannedRun,
            baseline: nil,
            missing: [],
            criticalMissing: 0,
            updates: 0,
            securityUpdates: 0,
            rebootReasons: []
        )
    }

    var node: String
    var cycle: String
    var inventory: String?
    var at: Timestamp
    /// When its last inventory was taken.
    var scannedAt: Timestamp?
    var verdict: Verdict

    package init(_ ending: RunEnding, _ verdict: Verdict) {
        node = ending.node
        cycle = ending.cycle
        inventory = ending.inventory
        at = ending.at
        scannedAt = ending.scannedAt
        self.verdict = verdict
    }
}

extension Proof.Verdict {
    /// The judgement on an inventory that was taken at the time.
    package init(_ inventory: HostInventory, by baseline: Baseline?, at moment: Timestamp) {
        let scan = HostScan(inventory: inventory, at: moment)
        let compliance = NodeCompliance.evaluate(scan, by: baseline, now: moment)
        let installed = Dictionary(inventory.updates.map { ($0.patch, $0.installedVersion) }) { first, _ in first }
        self.init(
            state: compliance.state,
            unknownReason: compliance.unknownReason,
            baseline: baseline?.name,
            missing: compliance.missing.map { missing in
                MissingPatchView(
                    name: missing.patch.name,
                    installedVersion: installed[missing.patch] ?? "",
                    version: missing.patch.version,
                    level: missing.level.rawValue
                )
            },
            criticalMissing: compliance.criticalMissingCount,
            updates: inventory.updates.count,
            securityUpdates: inventory.updates.count { $0.classification == .security },
            rebootReasons: inventory.rebootReasons
        )
    }
}
