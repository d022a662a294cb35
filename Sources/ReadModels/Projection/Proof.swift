import Domain
import Time

/// What the last run on a node proved.
struct Proof {
    struct Verdict {
        var state: NodeCompliance.State
        var unknownReason: NodeCompliance.UnknownReason?
        var baseline: String?
        var missing: [MissingPatchView]
        var criticalMissing: Int
        var updates: Int
        var securityUpdates: Int
        var rebootReasons: [String]

        /// Of a run that ended without a scan.
        static let unscanned = Self(
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

    /// What a run proves that ended without a scan: nothing any more.
    static func unscanned(_ node: String, in lane: ProjectedLane, at: Timestamp) -> Self {
        Self(node: node, cycle: lane.cycle, inventory: nil, at: at, scannedAt: nil, verdict: .unscanned)
    }

    /// Whether the fact ends a run after the host may have changed or was looked at; a refusal proves nothing new.
    static func ends(_ fact: HostFact) -> Bool {
        switch fact {
        case .scanned, .installed, .failed: true
        case .accepted, .refused, .installing, .rebooting, .verifying: false
        }
    }
}

extension Proof.Verdict {
    init(_ compliance: NodeCompliance, baseline: String?, inventory: HostInventory) {
        let installed = Dictionary(inventory.updates.map { ($0.patch, $0.installedVersion) }) { first, _ in first }
        self.init(
            state: compliance.state,
            unknownReason: compliance.unknownReason,
            baseline: baseline,
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
