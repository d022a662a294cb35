/// A patch report in figures: SSM's patch summary of a node (ssm-semantics §4.3).
package struct PatchSummary: Equatable, Sendable {
    private let counts: [PatchState: Int]
    /// See ``PatchReport/criticalCount``.
    package let criticalCount: Int
    package let securityCount: Int
    package let otherCount: Int
    /// nil for a compliant node.
    package let worstLevel: ComplianceLevel?

    package init(_ report: PatchReport) {
        counts = report.items.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
        criticalCount = report.criticalCount
        securityCount = report.securityCount
        otherCount = report.otherCount
        worstLevel = report.worstLevel
    }

    package func count(_ state: PatchState) -> Int { counts[state] ?? 0 }

    package var isCompliant: Bool { worstLevel == nil }
}
