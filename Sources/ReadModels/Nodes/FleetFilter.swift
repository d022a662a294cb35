/// Which nodes of the fleet are looked at; what is nil asks for nothing.
package struct FleetFilter: Equatable, Sendable {
    /// What a person has to see to.
    package enum Concern: String, CaseIterable, Sendable {
        /// Its last scan proves nothing any more, or there is none.
        case staleScan = "stale-scan"
        /// Its agent was not heard for a day.
        case silent
        case waitsForReboot = "waits-for-reboot"
        case lacksCritical = "lacks-critical"
        case waitsForApproval = "waits-for-approval"
        case cloned
        case revoked
    }

    /// A part of the name or of the id, whatever its case.
    package var text: String?
    package var site: String?
    package var patchGroup: String?
    package var platform: String?
    /// COMPLIANT, NON_COMPLIANT or UNKNOWN.
    package var compliance: String?
    package var concern: Concern?

    package init(
        text: String? = nil,
        site: String? = nil,
        patchGroup: String? = nil,
        platform: String? = nil,
        compliance: String? = nil,
        concern: Concern? = nil
    ) {
        self.text = text
        self.site = site
        self.patchGroup = patchGroup
        self.platform = platform
        self.compliance = compliance
        self.concern = concern
    }
}

/// Nodes of one site, patch group and platform that are of one compliance.
package struct FleetCount: Equatable, Sendable {
    package var site: String
    package var patchGroup: String
    package var platform: String
    /// COMPLIANT, NON_COMPLIANT or UNKNOWN.
    package var compliance: String
    package var nodes: Int

    package init(site: String, patchGroup: String, platform: String, compliance: String, nodes: Int) {
        self.site = site
        self.patchGroup = patchGroup
        self.platform = platform
        self.compliance = compliance
        self.nodes = nodes
    }
}
