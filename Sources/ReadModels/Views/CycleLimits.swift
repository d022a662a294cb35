/// What a cycle's pinned definition allows, beside which people read its figures.
package struct CycleLimits: Equatable, Sendable {
    package struct Stage: Equatable, Sendable {
        /// A number or a percentage; nil for a stage without hosts.
        package var maxConcurrency: String?
        package var maxErrors: String?
        /// How long its gate soaks; 0 for not at all.
        package var soakSeconds: Int
        /// What its gate lets pass; nil for any number.
        package var failedAtMost: String?
        /// Who must approve at its gate; nil for any person.
        package var approvalRole: String?
    }

    /// By name.
    package var stages: [String: Stage]
    /// The IANA zones of sites by name; others are in ``zone``.
    package var zones: [String: String]
    package var zone: String

    package func zone(ofSite site: String) -> String { zones[site] ?? zone }
}
