import ControlPlane
import Domain
import ReadModels

/// The operations of SSM's compliance: of the type Patch, which nodes' scans prove, and of types that others report (decision 0036).
enum ComplianceOperations {
    static let all = [put, items, resources, summaries]

    private struct ListInput: Decodable, Sendable {
        var filters: [ComplianceFilter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private static let listMembers = [NodeShapes.complianceFilters, NodeShapes.compliancePageSize, NodeShapes.token]

    // MARK: - What others report

    private static let put = Operation(
        "PutComplianceItems",
        for: .enrol,
        on: { (input: ComplianceIntake, call) in
            guard input.resourceType == ComplianceItem.resourceType else { throw otherResource }
            guard let node = try await call.nodes([input.resourceId]).first else {
                throw SSMError("InvalidResourceId", "There is no managed node \(input.resourceId) in \(call.region).")
            }
            return Demand(permission: .enrol, reach: .node(site: node.site, patchGroup: node.patchGroup))
        },
        ComplianceIntake.members
    ) { (input: ComplianceIntake, call) in
        try await input.keep(in: call.services.questions.customCompliance)
        return NoOutput()
    }

    private static let otherResource = SSMError(
        "InvalidResourceType",
        "The one resource type here is \(ComplianceItem.resourceType)."
    )

    // MARK: - Items of a node

    private struct ItemsInput: Decodable, Sendable {
        var filters: [ComplianceFilter]?
        var resourceIds: [String]?
        var resourceTypes: [String]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct ItemsOutput: Encodable, Sendable {
        var complianceItems: [ComplianceItem]
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
            guard (input.resourceTypes ?? [ComplianceItem.resourceType]) == [ComplianceItem.resourceType] else {
                throw otherResource
            }
            guard let id = input.resourceIds?.first, input.resourceIds?.count == 1,
                let node = try await call.nodes([id]).first
            else {
                throw SSMError("InvalidResourceId", "The request names exactly one managed node of \(call.region).")
            }
            let found = try await call.complianceItems(of: node, filters)
            let (page, next) = try PageToken.page(
                name,
                // Nothing tells two of others' items apart.
                Array(found.enumerated()),
                by: { PageToken.ordinal($0.offset) },
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return ItemsOutput(complianceItems: page.map(\.element), nextToken: next)
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
                try await call.complianceSummaries(of: nodes, filters).map { summary in
                    ("\(summary.resourceId) \(summary.complianceType)", summary)
                }
            }
            return ResourcesOutput(resourceComplianceSummaryItems: found, nextToken: next)
        }
    }

    private static let resourceKeys: Set = [
        "ComplianceType", "ExecutionType", "OverallSeverity", "ResourceId", "ResourceType", "Status",
    ]

    // MARK: - The region

    private struct Summary: Encodable, Sendable {
        var complianceType: String
        var compliantSummary: CompliantSummary
        var nonCompliantSummary: NonCompliantSummary
    }

    private struct SummariesOutput: Encodable, Sendable {
        var complianceSummaryItems: [Summary]
        var nextToken: String?
    }

    /// How many nodes are compliant, and how many are not, by the worst level.
    private struct Levels {
        var compliant: [String: Int] = [:]
        var others: [String: Int] = [:]

        mutating func add(_ summary: ResourceSummary) {
            if summary.status == "COMPLIANT" {
                compliant[summary.overallSeverity, default: 0] += 1
            } else {
                others[summary.overallSeverity, default: 0] += 1
            }
        }
    }

    private static var summaries: Operation {
        let name = "ListComplianceSummaries"
        return Operation(name, Self.listMembers) { (input: ListInput, call) in
            let filters = input.filters ?? []
            try filters.check(Self.resourceKeys)
            var types: [String: Levels] = [:]
            try await call.eachNode { nodes in
                for summary in try await call.complianceSummaries(of: nodes, filters) {
                    types[summary.complianceType, default: Levels()].add(summary)
                }
                return true
            }
            let (page, next) = try PageToken.page(
                name,
                types.sorted { $0.key < $1.key },
                by: \.key,
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return SummariesOutput(
                complianceSummaryItems: page.map { type, levels in
                    Summary(
                        complianceType: type,
                        compliantSummary: CompliantSummary(levels.compliant),
                        nonCompliantSummary: NonCompliantSummary(levels.others)
                    )
                },
                nextToken: next
            )
        }
    }
}
