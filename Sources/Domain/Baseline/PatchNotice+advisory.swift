extension PatchNotice {
    /// What an advisory says of a patch that it fixes.
    ///
    /// - Parameter rating: the vendor's severity of a CVE, for vendors whose advisories have none of their own; nil when it says nothing.
    package init(_ advisory: Advisory, _ threats: Threats, ratedBy rating: (CVE) -> AdvisorySeverity? = { _ in nil }) {
        let severity = advisory.severity(ratedBy: rating)
        self.init(
            id: advisory.id,
            // Microsoft's documents and its update service have two words for it: baselines go by the service's.
            classification: advisory.source == .microsoft && advisory.kind == .security
                ? "SecurityUpdates" : advisory.classification,
            severity: advisory.severityWord,
            normalizedSeverity: severity.ranked.rawValue,
            cves: advisory.cves.map(\.description),
            releasedAt: advisory.releasedAt,
            isKnownExploited: threats.areExploited(advisory.cves),
            exploitProbability: threats.probability(of: advisory.cves)
        )
    }
}

extension PatchNotice {
    /// What a finding's advisory says of the version that closes it.
    init(_ finding: Finding) {
        let advisory = finding.advisory
        self.init(
            id: advisory.id,
            classification: advisory.classification,
            severity: advisory.severityWord,
            normalizedSeverity: advisory.severity.ranked.rawValue,
            cves: advisory.cves.map(\.description),
            releasedAt: advisory.releasedAt,
            isKnownExploited: advisory.isKnownExploited,
            exploitProbability: advisory.exploitProbability,
            fixedVersion: finding.fixedVersion
        )
    }
}

extension AdvisorySeverity {
    /// What nobody has rated may be anything.
    package var ranked: Self { self == .unknown ? .high : self }
}
