import ControlPlane
import Domain
import ReadModels
import Time

/// The operations of SSM's compliance, of the type Patch: the one that there is here.
enum ComplianceOperations {
    static let all = [items, resources, summaries]

    private struct ListInput: Decodable, Sendable {
        var filters: [ComplianceFilter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private static let listMembers = [NodeShapes.complianceFilters, NodeShapes.compliancePageSize, NodeShapes.token]

    // MARK: - Items of a node

    private struct ItemsInput: Decodable, Sendable {
        var filters: [ComplianceFilter]?
        var resourceIds: [String]?
        var resourceTypes: [String]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct Item: Encodable, Sendable {
        var complianceType = "Patch"
        var resourceType = "ManagedInstance"
        var resourceId: String
        var id: String
        var title: String
        var status: String
        var severity: String
        var executionSummary: ExecutionSummary
        var details: [String: String]
    }

    private struct ItemsOutput: Encodable, Sendable {
        var complianceItems: [Item]
        var nextToken: String?
    }

    private static var items: Operation {
        let name = "ListComplianceItems"
        let members: [Shape.Member] =
            Self.listMembers + [
                .optional("ResourceIds", .list(.text(1...100), 1...Int.max)),
                .optional("ResourceTypes", .list(.text(1...50), 1...Int.max)),
            ]
        return Operation(name, members) { (input: ItemsInput, call) in
            let filters = input.filters ?? []
            try filters.check(["ComplianceType", "Id", "Status", "Severity", "PatchState", "Classification"])
            guard (input.resourceTypes ?? ["ManagedInstance"]) == ["ManagedInstance"] else {
                throw SSMError("InvalidResourceType", "The one resource type here is ManagedInstance.")
            }
            guard let id = input.resourceIds?.first, input.resourceIds?.count == 1,
                let node = try await call.nodes([id]).first
            else {
                throw SSMError("InvalidResourceId", "The request names exactly one managed node of \(call.region).")
            }
            let directory = BaselineDirectory(try await call.services.policy.book())
            let found = Self.items(
                of: node,
                try await call.services.questions.patches(ofNode: node.id),
                directory,
                call
            ).filter { item in
                filters.allow([
                    "ComplianceType": item.complianceType, "Id": item.id, "Status": item.status,
                    "Severity": item.severity, "PatchState": item.details["PatchState"] ?? "",
                    "Classification": item.details["Classification"] ?? "",
                ])
            }
            let (page, next) = try PageToken.page(
                name,
                found.sorted { $0.title < $1.title },
                by: \.title,
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return ItemsOutput(complianceItems: page, nextToken: next)
        }
    }

    private static func items(
        of node: NodeView,
        _ view: NodePatchesView,
        _ directory: BaselineDirectory,
        _ call: Call
    ) -> [Item] {
        let baseline = directory.reference(named: view.baseline ?? "", call)
        let at = view.scannedAt ?? Timestamp(microseconds: 0)
        return view.patches.compactMap { patch in
            guard let status = patch.status else { return nil }
            var details = ["PatchState": patch.state, "PatchBaselineId": baseline, "PatchGroup": node.patchGroup]
            details["Classification"] = patch.classification
            details["PatchSeverity"] = patch.severity
            if !patch.cves.isEmpty { details["CVEIds"] = patch.cves.joined(separator: ",") }
            return Item(
                resourceId: node.id,
                id: patch.wireID,
                title: patch.title,
                status: status,
                severity: patch.level,
                executionSummary: ExecutionSummary(executionTime: EpochSeconds(at)),
                details: details
            )
        }
    }

    // MARK: - Nodes

    private struct ResourcesOutput: Encodable, Sendable {
        var resourceComplianceSummaryItems: [ResourceSummary]
        var nextToken: String?
    }

    private static var resources: Operation {
        let name = "ListResourceComplianceSummaries"
        return Operation(name, Self.listMembers) { (input: ListInput, call) in
            let filters = input.filters ?? []
            try filters.check(Self.resourceKeys)
            let (found, next) = try await call.page(name, after: input.nextToken, atMost: input.maxResults ?? 50) {
                nodes in
                try await call.states(of: nodes).compactMap { state in
                    let summary = ResourceSummary(state)
                    return filters.allow(Self.values(of: summary)) ? (state.node.id, summary) : nil
                }
            }
            return ResourcesOutput(resourceComplianceSummaryItems: found, nextToken: next)
        }
    }

    private static let resourceKeys: Set = [
        "ComplianceType", "ExecutionType", "OverallSeverity", "ResourceId", "ResourceType", "Status",
    ]

    private static func values(of summary: ResourceSummary) -> [String: String] {
        [
            "ComplianceType": summary.complianceType, "ExecutionType": summary.executionSummary.executionType,
            "OverallSeverity": summary.overallSeverity, "ResourceId": summary.resourceId,
            "ResourceType": summary.resourceType, "Status": summary.status,
        ]
    }

    // MARK: - The region

    private struct Summary: Encodable, Sendable {
        var complianceType = "Patch"
        var compliantSummary: CompliantSummary
        var nonCompliantSummary: NonCompliantSummary
    }

    private struct SummariesOutput: Encodable, Sendable {
        var complianceSummaryItems: [Summary]
    }

    private static var summaries: Operation {
        Operation("ListComplianceSummaries", Self.listMembers) { (input: ListInput, call) in
            let filters = input.filters ?? []
            try filters.check(Self.resourceKeys)
            _ = try PageToken.last("ListComplianceSummaries", input.nextToken)
            var (compliant, others): ([String: Int], [String: Int]) = ([:], [:])
            try await call.eachNode { nodes in
                for state in try await call.states(of: nodes) {
                    let summary = ResourceSummary(state)
                    guard filters.allow(Self.values(of: summary)) else { continue }
                    if summary.status == "COMPLIANT" {
                        compliant[summary.overallSeverity, default: 0] += 1
                    } else {
                        others[summary.overallSeverity, default: 0] += 1
                    }
                }
                return true
            }
            let isEmpty = compliant.isEmpty && others.isEmpty
            let summary = Summary(
                compliantSummary: CompliantSummary(compliant),
                nonCompliantSummary: NonCompliantSummary(others)
            )
            return SummariesOutput(complianceSummaryItems: isEmpty ? [] : [summary])
        }
    }
}
