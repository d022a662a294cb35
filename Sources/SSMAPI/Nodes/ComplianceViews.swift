import Domain
import ReadModels
import Time

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
    var executionId: String?
    var executionType: String?

    /// Of a scan.
    init(_ time: EpochSeconds) { (executionTime, executionType) = (time, "Command") }

    init(at moment: Timestamp, id: String?, type: String?) {
        (executionTime, executionId, executionType) = (EpochSeconds(moment), id, type)
    }
}

/// SSM's `ResourceComplianceSummaryItem`: what a node's items of one type come to.
struct ResourceSummary: Encodable, Sendable {
    var complianceType: String
    var resourceType = ComplianceItem.resourceType
    var resourceId: String
    var status: String
    var overallSeverity: String
    var executionSummary: ExecutionSummary
    var compliantSummary: CompliantSummary
    var nonCompliantSummary: NonCompliantSummary

    /// Green needs proof: a node whose proof is too old is not compliant here, where SSM has no word for UNKNOWN.
    ///
    /// - Parameter isProved: whether the node is compliant by a proof that still holds.
    init(_ node: PatchedNode, isProved: Bool) {
        let isCompliant = isProved && node.state.nonCompliant.isEmpty
        complianceType = ComplianceItem.patch
        resourceId = node.id
        status = isCompliant ? "COMPLIANT" : "NON_COMPLIANT"
        overallSeverity = node.worstLevel
        executionSummary = ExecutionSummary(node.time)
        compliantSummary = CompliantSummary(node.state.compliant)
        nonCompliantSummary = NonCompliantSummary(node.state.nonCompliant)
    }

    init(_ count: CustomComplianceCount, of node: String) {
        complianceType = count.type
        resourceId = node
        status = count.nonCompliant.isEmpty ? "COMPLIANT" : "NON_COMPLIANT"
        let worst = count.nonCompliant.keys.compactMap(ComplianceLevel.init).max()
        overallSeverity = (worst ?? .unspecified).rawValue
        executionSummary = ExecutionSummary(at: count.executedAt, id: count.executionID, type: count.executionType)
        compliantSummary = CompliantSummary(count.compliant)
        nonCompliantSummary = NonCompliantSummary(count.nonCompliant)
    }
}
