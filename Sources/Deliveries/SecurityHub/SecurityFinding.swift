import Domain
import FoundationEssentials
import Time

/// A node in the AWS Security Finding Format, of which Security Hub has one, whatever happens to the node.
///
/// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
struct SecurityFinding: Encodable, Sendable {
    struct SeverityField: Encodable {
        let label: String
        let normalized: Int
    }
    struct Resource: Encodable { let type, id, partition, region: String }
    struct Status: Encodable { let status: String }
    struct Recommendation: Encodable { let text: String }
    struct RemediationField: Encodable { let recommendation: Recommendation }
    struct PatchSummaryField: Encodable {
        let id: String
        let missingCount: Int
        let installedPendingReboot: Int
        let operationEndTime: String?
    }

    let schemaVersion = "2018-10-08"
    let id: String
    let productArn: String
    let generatorId: String
    let awsAccountId: String
    let types = ["Software & Configuration Checks/Patch Management/Compliance"]
    let createdAt: String
    let updatedAt: String
    let firstObservedAt: String
    let lastObservedAt: String?
    let severity: SeverityField
    let title = "Ringmaster Patch Summary - Managed Node Non-Compliant"
    let description: String
    let remediation: RemediationField
    let productFields: [String: String]
    let resources: [Resource]
    let compliance: Status
    let workflow: Status
    let recordState: String
    let patchSummary: PatchSummaryField?

    init(_ subject: String, _ standing: NodeStanding, _ notice: Notice, account: String, region: String) {
        let node = Notice.name(of: subject)
        let partition = Self.partition(of: region)
        id = "ringmaster/\(region)/\(account)/\(subject)"
        // An account's own product: the only one that findings of one's own may name.
        productArn = "arn:\(partition):securityhub:\(region):\(account):product/\(account)/default"
        generatorId = "ringmaster/\(standing.baseline ?? "no-baseline")"
        awsAccountId = account
        createdAt = notice.since.toTheMillisecond
        updatedAt = notice.at.toTheMillisecond
        firstObservedAt = notice.since.toTheMillisecond
        lastObservedAt = standing.scannedAt?.toTheMillisecond
        severity = Self.severity(of: standing)
        description = String(notice.text(of: node).prefix(1_024))
        remediation = RemediationField(
            recommendation: Recommendation(text: "`ringmaster why \(node)` says of each patch why it is missing.")
        )
        productFields = Self.fields(of: standing)
        resources = [Resource(type: "AwsEc2Instance", id: node, partition: partition, region: region)]
        compliance = Status(status: standing.isOpen ? "FAILED" : "PASSED")
        workflow = Status(status: standing.isOpen ? "NEW" : "RESOLVED")
        recordState = standing.isOpen ? "ACTIVE" : "ARCHIVED"
        patchSummary = standing.baseline.map {
            PatchSummaryField(
                id: $0,
                missingCount: standing.missingCount,
                installedPendingReboot: standing.isPendingReboot ? 1 : 0,
                operationEndTime: standing.scannedAt?.toTheMillisecond
            )
        }
    }

    // MARK: - Steps

    private static func partition(of region: String) -> String {
        if region.hasPrefix("cn-") { return "aws-cn" }
        return region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    }

    /// The worst of what is missing and what is overdue, in the format's bands.
    private static func severity(of node: NodeStanding) -> SeverityField {
        guard node.isOpen else { return SeverityField(label: "INFORMATIONAL", normalized: 0) }
        let level = [node.worstLevel, node.overdue.first.map(\.severity).map(level).max()].compactMap(\.self).max()
        return switch level {
        case .critical: SeverityField(label: "CRITICAL", normalized: 90)
        case .high: SeverityField(label: "HIGH", normalized: 70)
        case .medium: SeverityField(label: "MEDIUM", normalized: 40)
        case .low: SeverityField(label: "LOW", normalized: 1)
        case .informational, .unspecified, nil: SeverityField(label: "INFORMATIONAL", normalized: 0)
        }
    }

    private static func level(of severity: AdvisorySeverity) -> ComplianceLevel {
        switch severity {
        case .critical: .critical
        case .high, .unknown: .high
        case .medium: .medium
        case .low: .low
        case .negligible: .informational
        }
    }

    private static func fields(of node: NodeStanding) -> [String: String] {
        var fields = [
            "ringmaster/Site": node.site, "ringmaster/PatchGroup": node.patchGroup,
            "ringmaster/CriticalMissingCount": "\(node.criticalCount)",
            "ringmaster/OverdueCount": "\(node.overdue.count)",
        ]
        if let overdue = node.overdue.first.first {
            fields["ringmaster/OverdueAdvisory"] = overdue.advisory
            fields["ringmaster/OverdueSince"] = overdue.dueAt.toTheMillisecond
        }
        return fields
    }
}

extension Timestamp {
    /// ISO 8601 with the three digits that the format takes.
    fileprivate var toTheMillisecond: String {
        Timestamp(microseconds: microseconds - microseconds % 1_000).description
    }
}
