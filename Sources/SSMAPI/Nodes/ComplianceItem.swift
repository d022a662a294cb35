import ControlPlane
import Domain
import ReadModels
import Time

/// SSM's `ComplianceItem`: a patch of a node, or what others say of it.
struct ComplianceItem: Encodable, Sendable {
    /// The type of what nodes' own scans tell, which nobody reports.
    static let patch = "Patch"
    /// The one that there is.
    static let resourceType = "ManagedInstance"

    var complianceType: String
    var resourceType = Self.resourceType
    var resourceId: String
    var id: String?
    var title: String?
    var status: String
    var severity: String
    var executionSummary: ExecutionSummary
    var details: [String: String]

    /// nil for a patch that does not count.
    init?(_ patch: PatchView, of node: NodeView, baseline: String, at moment: Timestamp) {
        guard let status = patch.status else { return nil }
        complianceType = Self.patch
        (resourceId, id, title) = (node.id, patch.wireID, patch.title)
        (self.status, severity) = (status, patch.level)
        executionSummary = ExecutionSummary(EpochSeconds(moment))
        details = ["PatchState": patch.state, "PatchBaselineId": baseline, "PatchGroup": node.patchGroup]
        details["Classification"] = patch.classification
        details["PatchSeverity"] = patch.severity
        if !patch.cves.isEmpty { details["CVEIds"] = patch.cves.joined(separator: ",") }
    }

    init(_ item: CustomCompliance.Item, of compliance: CustomCompliance, node: String) {
        complianceType = compliance.type
        (resourceId, id, title) = (node, item.id, item.title)
        (status, severity) = (item.isCompliant ? "COMPLIANT" : "NON_COMPLIANT", item.level.rawValue)
        executionSummary = ExecutionSummary(
            at: compliance.executedAt,
            id: compliance.executionID,
            type: compliance.executionType
        )
        details = item.details
    }

    /// What filters go by.
    var values: [String: String] {
        [
            "ComplianceType": complianceType, "Id": id ?? "", "Status": status, "Severity": severity,
            "PatchState": details["PatchState"] ?? "", "Classification": details["Classification"] ?? "",
        ]
    }
}

extension Call {
    /// What a node has of the types that the filters let through: others' first, each in its order.
    func complianceItems(of node: NodeView, _ filters: [ComplianceFilter]) async throws -> [ComplianceItem] {
        let custom = try await services.questions.customCompliance.items(ofNode: node.id)
        var items = custom.filter { filters.mayAllow("ComplianceType", $0.type) }.flatMap { compliance in
            compliance.items.map { ComplianceItem($0, of: compliance, node: node.id) }
        }
        if filters.mayAllow("ComplianceType", ComplianceItem.patch) {
            let view = try await services.questions.patches(ofNode: node.id)
            let directory = BaselineDirectory(try await services.policy.book())
            let baseline = directory.reference(named: view.baseline ?? "", self)
            let moment = view.scannedAt ?? Timestamp(microseconds: 0)
            items += view.patches.compactMap { ComplianceItem($0, of: node, baseline: baseline, at: moment) }
                .sorted { ($0.title ?? "") < ($1.title ?? "") }
        }
        return items.filter { filters.allow($0.values) }
    }

    /// What nodes' items come to by type, of those that the filters let through: in the order of the nodes, and of the types of each.
    func complianceSummaries(of nodes: [NodeView], _ filters: [ComplianceFilter]) async throws -> [ResourceSummary] {
        var summaries: [String: [ResourceSummary]] = [:]
        for (node, counts) in try await services.questions.customCompliance.counts(of: nodes.map(\.id)) {
            summaries[node] = counts.map { ResourceSummary($0, of: node) }
        }
        if filters.mayAllow("ComplianceType", ComplianceItem.patch) {
            let proved = Set(nodes.lazy.filter { $0.compliance == "COMPLIANT" }.map(\.id))
            for node in try await states(of: nodes) {
                summaries[node.id, default: []].append(ResourceSummary(node, isProved: proved.contains(node.id)))
            }
        }
        return nodes.flatMap { node in
            (summaries[node.id] ?? []).filter { filters.allow($0.values) }.sorted {
                $0.complianceType < $1.complianceType
            }
        }
    }
}

extension ResourceSummary {
    /// What filters go by.
    fileprivate var values: [String: String] {
        [
            "ComplianceType": complianceType, "ExecutionType": executionSummary.executionType ?? "",
            "OverallSeverity": overallSeverity, "ResourceId": resourceId, "ResourceType": resourceType,
            "Status": status,
        ]
    }
}
