package import Domain
package import Time

/// What a bundle is to be about.
package struct EvidenceRequest: Sendable {
    package var period: EvidencePeriod
    /// What the tables are limited to; empty for the whole fleet.
    package var sites: Set<String>
    package var hostList: HostList?
    package var tool: Manifest.Tool
    package var now: Timestamp
    /// nil for a bundle without a timestamp.
    package var authority: TimestampAuthority?

    package init(
        period: EvidencePeriod,
        sites: Set<String> = [],
        hostList: HostList? = nil,
        tool: Manifest.Tool,
        now: Timestamp,
        authority: TimestampAuthority? = nil
    ) {
        self.period = period
        self.sites = sites
        self.hostList = hostList
        self.tool = tool
        self.now = now
        self.authority = authority
    }

    /// The period as far as it is over.
    var span: Range<Timestamp> { period.begin..<min(period.end, now) }

    func holds(site: String) -> Bool { sites.isEmpty || sites.contains(site) }
}

/// What the log names by digest, and what is known of advisories.
package struct EvidenceContent: Sendable {
    /// Those of the digests that are stored.
    package var inventories: @Sendable ([String]) async throws -> [String: HostInventory]
    /// The advisories that speak of the releases.
    package var advisories: @Sendable (Set<SystemRelease>) async throws -> AdvisoryIndex

    package init(
        inventories: @escaping @Sendable ([String]) async throws -> [String: HostInventory],
        advisories: @escaping @Sendable (Set<SystemRelease>) async throws -> AdvisoryIndex
    ) {
        self.inventories = inventories
        self.advisories = advisories
    }
}
