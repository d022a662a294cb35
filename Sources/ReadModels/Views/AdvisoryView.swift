package import Domain
package import Time

/// A line of `advisory ls`.
package struct AdvisorySummary: Codable, Equatable, Sendable {
    package var source: String
    package var id: String
    package var title: String
    /// `security`, `bugfix`, `enhancement`, `new-package`, `recommended` or `other`.
    package var kind: String
    /// The vendor's on our scale; of an advisory without one the worst of its CVEs by the vendor's own records.
    package var severity: String
    /// nil when the vendor gives no date.
    package var releasedAt: Timestamp?
    package var isWithdrawn: Bool
    /// How many fixes it lists: packages of products, each at a version.
    package var fixCount: Int
    package var cves: [String]
    /// Whether one of its CVEs is in CISA's catalogue.
    package var isKnownExploited: Bool
    /// The highest of its CVEs, from 0 to 1; nil when none has an estimate.
    package var exploitProbability: Double?

    package init(
        source: String,
        id: String,
        title: String,
        kind: String,
        severity: String,
        releasedAt: Timestamp?,
        isWithdrawn: Bool,
        fixCount: Int,
        cves: [String],
        isKnownExploited: Bool,
        exploitProbability: Double?
    ) {
        self.source = source
        self.id = id
        self.title = title
        self.kind = kind
        self.severity = severity
        self.releasedAt = releasedAt
        self.isWithdrawn = isWithdrawn
        self.fixCount = fixCount
        self.cves = cves
        self.isKnownExploited = isKnownExploited
        self.exploitProbability = exploitProbability
    }
}

/// One advisory with all its versions.
package struct AdvisoryView: Codable, Equatable, Sendable {
    /// The version that was asked for; the current one unless another was named.
    package var advisory: Advisory
    /// SHA-256 of that version, lower-case hexadecimal.
    package var digest: String
    /// The vendor's on our scale; of an advisory without one the worst of its CVEs by the vendor's own records.
    package var severity: String
    /// As they were first imported, oldest first.
    package var versions: [AdvisoryVersionView]
    /// What CISA's catalogue has of its CVEs.
    package var knownExploited: [KnownExploited]
    /// What FIRST estimates of its CVEs.
    package var exploitProbabilities: [ExploitProbability]

    package init(
        advisory: Advisory,
        digest: String,
        severity: String,
        versions: [AdvisoryVersionView],
        knownExploited: [KnownExploited],
        exploitProbabilities: [ExploitProbability]
    ) {
        self.advisory = advisory
        self.digest = digest
        self.severity = severity
        self.versions = versions
        self.knownExploited = knownExploited
        self.exploitProbabilities = exploitProbabilities
    }
}

/// A version of an advisory.
package struct AdvisoryVersionView: Codable, Equatable, Sendable {
    package var digest: String
    /// When it was first imported.
    package var importedAt: Timestamp
    package var isCurrent: Bool

    package init(digest: String, importedAt: Timestamp, isCurrent: Bool) {
        self.digest = digest
        self.importedAt = importedAt
        self.isCurrent = isCurrent
    }
}
