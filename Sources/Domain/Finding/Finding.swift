package import Time

/// An installed package that lacks what an advisory fixes.
package struct Finding: Equatable, Sendable {
    package var advisory: AdvisoryFacts
    /// With the installed version; on Windows the missing update with the build that is installed, which is empty when it is unknown.
    package var package: Patch
    /// The first version with the fix; nil where the vendor names an update and no version.
    package var fixedVersion: String?

    package init(advisory: AdvisoryFacts, package: Patch, fixedVersion: String?) {
        self.advisory = advisory
        self.package = package
        self.fixedVersion = fixedVersion
    }
}

/// What a finding keeps of the advisory, in the version that it was judged by.
package struct AdvisoryFacts: Equatable, Sendable {
    package var id: String
    package var source: AdvisorySource
    /// Of that version: SHA-256 of ``Advisory/canonicalBytes``, lower-case hexadecimal.
    package var digest: String
    /// The vendor's; of a notice without one the worst of its vulnerabilities.
    package var severity: AdvisorySeverity
    /// The vendor's words; see ``Advisory``.
    package var classification: String
    package var severityWord: String
    package var cves: [CVE]
    /// nil when it is unknown.
    package var releasedAt: Timestamp?
    /// The earliest due date of its vulnerabilities that are known to be exploited; nil when there is none.
    package var exploitedDueAt: Timestamp?
    package var isKnownExploited: Bool
    /// The greatest of its vulnerabilities; nil when none is rated.
    package var exploitProbability: Double?
    /// When we first had it, in whichever version; nil when that is unknown.
    package var firstImportedAt: Timestamp?

    package init(
        id: String,
        source: AdvisorySource,
        digest: String,
        severity: AdvisorySeverity,
        classification: String = "",
        severityWord: String = "",
        cves: [CVE] = [],
        releasedAt: Timestamp? = nil,
        exploitedDueAt: Timestamp? = nil,
        isKnownExploited: Bool = false,
        exploitProbability: Double? = nil,
        firstImportedAt: Timestamp? = nil
    ) {
        self.id = id
        self.source = source
        self.digest = digest
        self.severity = severity
        self.classification = classification
        self.severityWord = severityWord
        self.cves = cves
        self.releasedAt = releasedAt
        self.exploitedDueAt = exploitedDueAt
        self.isKnownExploited = isKnownExploited
        self.exploitProbability = exploitProbability
        self.firstImportedAt = firstImportedAt
    }
}

/// An advisory and the digest of its present version.
package struct AdvisoryVersion: Sendable {
    package var advisory: Advisory
    /// SHA-256 of ``Advisory/canonicalBytes``, lower-case hexadecimal.
    package var digest: String
    /// When it was first imported, in whichever version; nil when that does not matter.
    package var firstImportedAt: Timestamp?

    package init(_ advisory: Advisory, digest: String, firstImportedAt: Timestamp? = nil) {
        self.advisory = advisory
        self.digest = digest
        self.firstImportedAt = firstImportedAt
    }
}
