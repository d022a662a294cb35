/// One patch of a node with all that a report carries of it (ssm-semantics §4.2).
package struct PatchItem: Codable, Equatable, Sendable {
    package enum Status: String, Codable, Sendable {
        case compliant = "COMPLIANT"
        case nonCompliant = "NON_COMPLIANT"
    }

    package var patch: Patch
    package var state: PatchState
    /// nil for what does not count: ``PatchState/notApplicable``.
    package var status: Status?
    /// The baseline's; SSM's `Severity`.
    package var level: ComplianceLevel
    /// The vendor's words, SSM's `Classification` and `PatchSeverity`; nil for what is installed and not approved.
    package var classification: String?
    package var vendorSeverity: String?
    /// Of what is missing or failed, where the system's advisories name them.
    package var cves: [String]
    package var obstacle: PatchObstacle?

    package init(
        patch: Patch,
        state: PatchState,
        status: Status?,
        level: ComplianceLevel,
        classification: String?,
        vendorSeverity: String?,
        cves: [String],
        obstacle: PatchObstacle?
    ) {
        self.patch = patch
        self.state = state
        self.status = status
        self.level = level
        self.classification = classification
        self.vendorSeverity = vendorSeverity
        self.cves = cves
        self.obstacle = obstacle
    }

    /// Whether it counts as a security fault; on Windows the class has another word.
    var isSecurity: Bool {
        ["security", "securityupdates"].contains(classification?.lowercased()) || state == .availableSecurityUpdate
    }
}
