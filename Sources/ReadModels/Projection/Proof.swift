import Domain
import Time

/// What the last run on a node proved.
struct Proof {
    struct Verdict {
        var state: NodeCompliance.State
        var baseline: String?
        var missing: [MissingPatchView]
        var criticalMissing: Int
        var updates: Int
        var securityUpdates: Int
        var rebootReasons: [String]

        static let unknown = Self(
            state: .unknown,
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
    var verdict: Verdict

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
