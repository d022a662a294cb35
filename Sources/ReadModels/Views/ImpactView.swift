package import Time

/// Which nodes lack the fixes of a vulnerability or of an advisory: a page of them.
package struct ImpactPage: Codable, Equatable, Sendable {
    /// Sorted so that equal nodes follow each other.
    package var items: [ImpactView]
    /// Nodes of this page that were judged by their last inventory.
    package var judged: Int
    /// Nodes of this page that cannot be judged: there is no inventory, or no advisory is for their release.
    package var unjudged: Int
    /// Give it as `after` for the next page; nil when there is none.
    package var next: String?

    package init(items: [ImpactView], judged: Int, unjudged: Int, next: String?) {
        self.items = items
        self.judged = judged
        self.unjudged = unjudged
        self.next = next
    }
}

/// A package of a node that lacks a fix.
package struct ImpactView: Codable, Equatable, Sendable {
    package var node: String
    package var name: String
    package var site: String
    package var patchGroup: String
    package var package: String
    package var architecture: String
    package var installedVersion: String
    /// nil where the vendor names an update and no version.
    package var fixedVersion: String?
    package var advisory: String
    package var source: String
    /// SHA-256 of the advisory's version that was judged by, lower-case hexadecimal.
    package var digest: String
    package var severity: String
    /// nil when its severity has no limit; of what is waived, what will be due if the waiver stays.
    package var dueAt: Timestamp?
    /// `breached`, `due-soon`, `within` or `waived`.
    package var state: String
    /// When the window opens in which the present schedule closes it, in time or late; nil when none does.
    package var closesInWindowOf: Timestamp?
    /// What the present schedule makes of it, in one sentence.
    package var forecast: String
    /// When the inventory was taken.
    package var scannedAt: Timestamp?

    package init(
        node: String,
        name: String,
        site: String,
        patchGroup: String,
        package: String,
        architecture: String,
        installedVersion: String,
        fixedVersion: String?,
        advisory: String,
        source: String,
        digest: String,
        severity: String,
        dueAt: Timestamp?,
        state: String,
        closesInWindowOf: Timestamp?,
        forecast: String,
        scannedAt: Timestamp?
    ) {
        self.node = node
        self.name = name
        self.site = site
        self.patchGroup = patchGroup
        self.package = package
        self.architecture = architecture
        self.installedVersion = installedVersion
        self.fixedVersion = fixedVersion
        self.advisory = advisory
        self.source = source
        self.digest = digest
        self.severity = severity
        self.dueAt = dueAt
        self.state = state
        self.closesInWindowOf = closesInWindowOf
        self.forecast = forecast
        self.scannedAt = scannedAt
    }
}
