import Domain
import ReadModels

/// SSM's `SeveritySummary`: how many of each level.
struct SeveritySummary: Encodable, Sendable {
    var criticalCount: Int
    var highCount: Int
    var mediumCount: Int
    var lowCount: Int
    var informationalCount: Int
    var unspecifiedCount: Int

    init(_ levels: [String: Int]) {
        func count(_ level: ComplianceLevel) -> Int { levels[level.rawValue] ?? 0 }
        criticalCount = count(.critical)
        highCount = count(.high)
        mediumCount = count(.medium)
        lowCount = count(.low)
        informationalCount = count(.informational)
        unspecifiedCount = count(.unspecified)
    }
}

struct CompliantSummary: Encodable, Sendable {
    var compliantCount: Int
    var severitySummary: SeveritySummary

    init(_ levels: [String: Int]) {
        compliantCount = levels.values.reduce(0, +)
        severitySummary = SeveritySummary(levels)
    }
}

struct NonCompliantSummary: Encodable, Sendable {
    var nonCompliantCount: Int
    var severitySummary: SeveritySummary

    init(_ levels: [String: Int]) {
        nonCompliantCount = levels.values.reduce(0, +)
        severitySummary = SeveritySummary(levels)
    }
}

/// SSM's `ComplianceExecutionSummary`.
struct ExecutionSummary: Encodable, Sendable {
    var executionTime: EpochSeconds
    var executionType = "Command"
}

/// SSM's `ResourceComplianceSummaryItem`: what a node's patches come to.
struct ResourceSummary: Encodable, Sendable {
    var complianceType = "Patch"
    var resourceType = "ManagedInstance"
    var resourceId: String
    var status: String
    var overallSeverity: String
    var executionSummary: ExecutionSummary
    var compliantSummary: CompliantSummary
    var nonCompliantSummary: NonCompliantSummary

    /// Green needs proof: a node whose proof is too old is not compliant here, where SSM has no word for UNKNOWN.
    init(_ state: PatchStateOfNode) {
        let isCompliant = state.node.compliance == "COMPLIANT" && state.state.nonCompliant.isEmpty
        resourceId = state.node.id
        status = isCompliant ? "COMPLIANT" : "NON_COMPLIANT"
        overallSeverity = state.worstLevel
        executionSummary = ExecutionSummary(executionTime: state.time)
        compliantSummary = CompliantSummary(state.state.compliant)
        nonCompliantSummary = NonCompliantSummary(state.state.nonCompliant)
    }
}
