package import Time

/// What a vendor's advisory says of a patch, as far as baselines judge by it.
package struct PatchNotice: Codable, Equatable, Sendable {
    /// The advisory's id such as `ALAS2023-2026-1234`; on Windows the update's such as `KB5036451`.
    package var id: String
    /// The vendor's word such as `Security` or, on Windows, `SecurityUpdates`.
    package var classification: String
    /// The vendor's word such as `Important`; empty when there is none.
    package var severity: String
    package var normalizedSeverity: String
    package var cves: [String]
    /// Other ids that approved lists name: of Bugzilla, or bulletins such as `MS10-048`.
    package var references: [String]
    /// What an approval's delay counts from; nil when it is unknown, and then no delay ever approves the patch.
    package var releasedAt: Timestamp?
    package var isKnownExploited: Bool
    /// The greatest of its CVEs; nil when none is rated.
    package var exploitProbability: Double?
    /// The first version with the fix; nil when that is the version it is attached to, or unknown.
    package var fixedVersion: String?

    package init(
        id: String,
        classification: String,
        severity: String = "",
        normalizedSeverity: String = "",
        cves: [String] = [],
        references: [String] = [],
        releasedAt: Timestamp?,
        isKnownExploited: Bool = false,
        exploitProbability: Double? = nil,
        fixedVersion: String? = nil
    ) {
        self.id = id
        self.classification = classification
        self.severity = severity
        self.normalizedSeverity = normalizedSeverity
        self.cves = cves
        self.references = references
        self.releasedAt = releasedAt
        self.isKnownExploited = isKnownExploited
        self.exploitProbability = exploitProbability
        self.fixedVersion = fixedVersion
    }
}
