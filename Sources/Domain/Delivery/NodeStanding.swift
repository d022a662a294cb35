package import Time

/// What others are told of a node.
package struct NodeStanding: Codable, Equatable, Sendable {
    package var name: String
    package var site: String
    package var patchGroup: String
    package var compliance: NodeCompliance.State
    package var baseline: String?
    package var missingCount = 0
    package var criticalCount = 0
    /// The worst level among what is missing; nil when nothing is.
    package var worstLevel: ComplianceLevel?
    package var isPendingReboot = false
    package var scannedAt: Timestamp?
    package var overdue = OverdueFindings()
    /// It is under management no more.
    package var isGone = false

    package init(name: String, site: String, patchGroup: String, compliance: NodeCompliance.State) {
        self.name = name
        self.site = site
        self.patchGroup = patchGroup
        self.compliance = compliance
    }

    /// Whether somebody is to do something about it.
    package var isOpen: Bool { !isGone && (compliance == .nonCompliant || overdue.count > 0) }

    /// While nothing is proved of a node, what was proved last stands: UNKNOWN neither opens nor closes anything.
    func settled(after former: Self?) -> Self {
        guard compliance == .unknown, let former else { return self }
        var settled = former
        (settled.name, settled.site, settled.patchGroup) = (name, site, patchGroup)
        (settled.isGone, settled.overdue) = (isGone, overdue)
        return settled
    }

    /// Whether nothing is to be told that the other did not tell: when it was scanned is nothing.
    package func says(asMuchAs other: Self) -> Bool {
        var other = other
        other.scannedAt = scannedAt
        return self == other
    }
}
