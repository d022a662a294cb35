package import Domain

/// What a node's patches come to, without the patches.
package struct NodePatchState: Codable, Equatable, Sendable {
    /// `Scan` or `Install`.
    package let operation: String
    private let counts: [String: Int]
    package let criticalNonCompliant: Int
    package let securityNonCompliant: Int
    package let otherNonCompliant: Int
    /// How many of the patches count as compliant and as not, by level.
    package let compliant: [String: Int]
    package let nonCompliant: [String: Int]

    init(_ report: PatchReport, after operation: PatchSurvey.Operation) {
        let summary = PatchSummary(report)
        self.operation = operation == .scan ? "Scan" : "Install"
        counts = report.items.reduce(into: [:]) { $0[$1.state.rawValue, default: 0] += 1 }
        (criticalNonCompliant, securityNonCompliant) = (summary.criticalCount, summary.securityCount)
        otherNonCompliant = summary.otherCount
        func levels(_ status: PatchItem.Status) -> [String: Int] {
            report.items.reduce(into: [:]) { if $1.status == status { $0[$1.level.rawValue, default: 0] += 1 } }
        }
        (compliant, nonCompliant) = (levels(.compliant), levels(.nonCompliant))
    }

    package func count(_ state: PatchState) -> Int { counts[state.rawValue] ?? 0 }
}
