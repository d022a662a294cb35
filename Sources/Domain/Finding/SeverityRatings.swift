/// What vendors say of each vulnerability in the records that rate it, for their notices that have no severity of their own.
package struct SeverityRatings: Sendable {
    private struct Key: Hashable {
        let source: AdvisorySource
        let cve: CVE
    }

    private var worst: [Key: AdvisorySeverity] = [:]

    package init(_ advisories: some Sequence<Advisory>) {
        for advisory in advisories where !advisory.severityWord.isEmpty && !advisory.isWithdrawn {
            let severity = advisory.severity
            for cve in advisory.cves {
                let key = Key(source: advisory.source, cve: cve)
                if let known = worst[key], known.rank >= severity.rank { continue }
                worst[key] = severity
            }
        }
    }

    /// The worst that a record of the vendor's says; nil when none rates it.
    package func severity(of cve: CVE, by source: AdvisorySource) -> AdvisorySeverity? {
        worst[Key(source: source, cve: cve)]
    }
}
