extension PatchNotice {
    /// What an advisory says of a patch that it fixes.
    ///
    /// - Parameter rating: the vendor's severity of a CVE, for vendors whose advisories have none of their own; nil when it says nothing.
    package init(_ advisory: Advisory, _ threats: Threats, ratedBy rating: (CVE) -> AdvisorySeverity? = { _ in nil }) {
        let severity = advisory.severity(ratedBy: rating)
        self.init(
            id: advisory.id,
            classification: advisory.classification,
            severity: advisory.severityWord,
            // What nobody has rated may be anything.
            normalizedSeverity: (severity == .unknown ? .high : severity).rawValue,
            cves: advisory.cves.map(\.description),
            releasedAt: advisory.releasedAt,
            isKnownExploited: advisory.cves.contains { threats.knownExploited[$0] != nil },
            exploitProbability: advisory.cves.compactMap { threats.probabilities[$0]?.probability }.max()
        )
    }
}
