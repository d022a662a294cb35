package import Domain
package import Time

/// A managed node and what its last proof says.
package struct NodeView: Codable, Equatable, Sendable {
    package var id: String
    package var name: String
    package var site: String
    package var patchGroup: String
    package var platform: String
    package var platformVersion: String
    package var agentVersion: String
    package var enrolledAt: Timestamp
    package var isRevoked: Bool
    /// Whether it waits for a person's approval, and is only scanned until then.
    package var isPending: Bool
    /// Whether two machines act as it, so that it gets no orders.
    package var isCloned: Bool
    /// COMPLIANT, NON_COMPLIANT or UNKNOWN; never COMPLIANT without a scan.
    package var compliance: String
    /// Why it is UNKNOWN: `never-scanned`, `stale-scan`, `no-indexes`, `stale-index`, `no-baseline`, `unscanned-run`,
    /// `clock` or `agent-silent`.
    package var unknownReason: String?
    package var baseline: String?
    /// When the last inventory was taken.
    package var lastScanAt: Timestamp?
    /// When its agent was last heard, to the hour; nil when it never was.
    package var lastHeardAt: Timestamp?
    /// How far its clock is ahead of the server's, so that its requests are refused; nil while they are taken.
    package var clockOffSeconds: Int?
    package var missingCount: Int
    /// What it lacks; nil where nodes are listed.
    package var missing: [MissingPatchView]?
    package var criticalMissing: Int
    /// Updates the package manager offers, approved or not.
    package var updates: Int
    package var securityUpdates: Int
    package var rebootReasons: [String]
    /// nil where nodes are listed, and when none is known.
    package var lastReboot: RebootView?
    /// The last repairs of its host by `ringmaster-agent doctor`, the newest last; nil where nodes are listed.
    package var repairs: [RepairView]?
    /// The instance of EC2 that it says it is; nil where nodes are listed, and when it says nothing.
    package var instance: String?
    /// The activation that it was enrolled with; nil of one that was enrolled before this was kept.
    package var activation: String?
    /// What AWS's tools call it and tag it with; nil of one that was enrolled before this was kept.
    package var labels: NodeLabels?

    /// With the tag of its patch group.
    package var tags: [String: String] { NodeLabels.tags(labels?.tags ?? [:], in: patchGroup) }

    /// Whose agent it is, and of which version: `ringmaster 1.2.3`, or as its stock agent tells.
    package var agent: String {
        agentVersion.hasPrefix(StockIdentity.agentName) ? agentVersion : "ringmaster \(agentVersion)"
    }

    package init(
        id: String,
        name: String,
        site: String,
        patchGroup: String,
        platform: String,
        platformVersion: String,
        agentVersion: String,
        enrolledAt: Timestamp,
        isRevoked: Bool,
        isPending: Bool = false,
        isCloned: Bool = false,
        compliance: String,
        unknownReason: String? = nil,
        baseline: String?,
        lastScanAt: Timestamp?,
        lastHeardAt: Timestamp? = nil,
        clockOffSeconds: Int? = nil,
        missingCount: Int,
        missing: [MissingPatchView]? = nil,
        criticalMissing: Int,
        updates: Int,
        securityUpdates: Int,
        rebootReasons: [String],
        lastReboot: RebootView? = nil,
        repairs: [RepairView]? = nil
    ) {
        self.id = id
        self.name = name
        self.site = site
        self.patchGroup = patchGroup
        self.platform = platform
        self.platformVersion = platformVersion
        self.agentVersion = agentVersion
        self.enrolledAt = enrolledAt
        self.isRevoked = isRevoked
        self.isPending = isPending
        self.isCloned = isCloned
        self.compliance = compliance
        self.unknownReason = unknownReason
        self.baseline = baseline
        self.lastScanAt = lastScanAt
        self.lastHeardAt = lastHeardAt
        self.clockOffSeconds = clockOffSeconds
        self.missingCount = missingCount
        self.missing = missing
        self.criticalMissing = criticalMissing
        self.updates = updates
        self.securityUpdates = securityUpdates
        self.rebootReasons = rebootReasons
        self.lastReboot = lastReboot
        self.repairs = repairs
    }
}

/// An approved patch that a node lacks.
package struct MissingPatchView: Codable, Equatable, Sendable {
    package var name: String
    package var installedVersion: String
    package var version: String
    /// The compliance level of the rule or list that approved it.
    package var level: String

    package init(name: String, installedVersion: String, version: String, level: String) {
        self.name = name
        self.installedVersion = installedVersion
        self.version = version
        self.level = level
    }
}
