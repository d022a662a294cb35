/// An advisory and what baselines judge its fixes by.
package struct NotedAdvisory: Equatable, Sendable {
    package let advisory: Advisory
    package let notice: PatchNotice

    /// - Parameter rating: the vendor's severity of a CVE, for vendors whose advisories have none of their own; nil when it says nothing.
    package init(_ advisory: Advisory, _ threats: Threats, ratedBy rating: (CVE) -> AdvisorySeverity?) {
        self.advisory = advisory
        notice = PatchNotice(advisory, threats, ratedBy: rating)
    }

    /// The fixes for the system as baselines judge them; none of an advisory that was taken back.
    ///
    /// What feeds do not tell is empty: apt's priorities and sections.
    package func candidates(on system: OperatingSystem?) -> [PatchCandidate] {
        guard !advisory.isWithdrawn else { return [] }
        return advisory.fixes.compactMap { fix in
            guard let release = SystemRelease(product: fix.product, of: advisory.source),
                let own = OperatingSystem(platform: release.platform, version: release.version), own == system
            else { return nil }
            return PatchCandidate(
                patch: Patch(name: fix.name, architecture: fix.architecture ?? "", version: fix.version ?? ""),
                system: own,
                product: own.product(version: release.version),
                isFromSecurityArchive: own.family == .apt,
                notices: [notice]
            )
        }
    }
}
