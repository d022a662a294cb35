package import Time

/// How the fleet's findings stand against the time in which they must be closed.
package struct SLAView: Codable, Equatable, Sendable {
    /// By state, of the whole fleet: a package of a node that lacks what an advisory fixes is one.
    package struct Counts: Codable, Equatable, Sendable {
        package var breached = 0
        package var dueSoon = 0
        package var within = 0
        package var waived = 0
        /// Of those due soon and within, what the present schedule will not close in time.
        package var missed = 0

        package init() {}
    }

    package var counts: Counts
    /// Nodes that were judged by their last inventories.
    package var judged: Int
    /// Nodes that cannot be judged: there is no inventory, or no advisory is for their release.
    package var unjudged: Int
    /// By what is due; what has no limit comes last.
    package var items: [SLAItem]
    /// Whether there are more than these.
    package var isCut: Bool

    package init(counts: Counts, judged: Int, unjudged: Int, items: [SLAItem], isCut: Bool) {
        self.counts = counts
        self.judged = judged
        self.unjudged = unjudged
        self.items = items
        self.isCut = isCut
    }
}

/// A finding that nodes of one site and patch group have in common.
package struct SLAItem: Codable, Equatable, Sendable {
    /// The most nodes that are named.
    package static let mostNodes = 100

    /// nil when its severity has no limit; of what is waived, what will be due if the waiver stays.
    package var dueAt: Timestamp?
    /// `breached`, `due-soon`, `within` or `waived`.
    package var state: String
    package var severity: String
    package var advisory: String
    package var source: String
    package var package: String
    package var architecture: String
    /// nil where the vendor names an update and no version.
    package var fixedVersion: String?
    package var site: String
    package var patchGroup: String
    package var nodeCount: Int
    /// The ids of the first ``mostNodes``.
    package var nodes: [String]
    /// What the present schedule makes of it, in one sentence.
    package var forecast: String

    package init(
        dueAt: Timestamp?,
        state: String,
        severity: String,
        advisory: String,
        source: String,
        package: String,
        architecture: String,
        fixedVersion: String?,
        site: String,
        patchGroup: String,
        nodeCount: Int,
        nodes: [String],
        forecast: String
    ) {
        self.dueAt = dueAt
        self.state = state
        self.severity = severity
        self.advisory = advisory
        self.source = source
        self.package = package
        self.architecture = architecture
        self.fixedVersion = fixedVersion
        self.site = site
        self.patchGroup = patchGroup
        self.nodeCount = nodeCount
        self.nodes = nodes
        self.forecast = forecast
    }
}
