package import Time

/// What a baseline says of one version, and why.
package enum Judgement: Equatable, Sendable {
    case approved(ComplianceLevel, by: Approver)
    /// By this entry of the rejected list.
    case rejected(String)
    /// A rule will approve it from this UTC day on, unless the vendor edits the advisory.
    case waits(until: CivilDate, rule: Int)
    case notApproved(Obstacle)

    package enum Approver: Equatable, Sendable {
        /// By its place in the baseline.
        case rule(Int)
        /// By this entry of the approved list.
        case list(String)
    }

    /// The last thing that stood in the way.
    package enum Obstacle: String, Equatable, Sendable {
        /// No advisory or security archive offers it, and nothing that matches includes such versions.
        case notSecurity = "not-security"
        case globalFilters = "global-filters"
        case noRule = "no-rule"
        /// A rule matches, and nobody knows the date that its delay counts from.
        case undated
        /// A rule matches, and it approves nothing as late as this.
        case tooLate = "too-late"
    }

    package var level: ComplianceLevel? {
        if case .approved(let level, _) = self { level } else { nil }
    }
}
