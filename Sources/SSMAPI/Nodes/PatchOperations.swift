import ControlPlane
import Domain
import ReadModels

/// The operations on the states of nodes' patches: views of what their scans prove.
enum PatchOperations {
    static let all = [forInstances, forGroup, ofInstance, groupState]

    private struct StatesOutput: WireNamed, Sendable {
        enum CodingKeys: String, CodingKey {
            case instancePatchStates = "InstancePatchStates"
            case nextToken = "NextToken"
        }

        var instancePatchStates: [PatchStateView]
        var nextToken: String?
    }

    // MARK: - States of nodes

    private struct InstancesInput: Decodable, Sendable {
        var instanceIds: [String]
        var maxResults: Int?
        var nextToken: String?
    }

    private static var forInstances: Operation {
        let name = "DescribeInstancePatchStates"
        let members: [Shape.Member] = [
            .required("InstanceIds", .list(NodeShapes.id, 0...50)), .optional("MaxResults", NodeShapes.pageSize),
            NodeShapes.token,
        ]
        return Operation(name, members) { (input: InstancesInput, call) in
            async let book = call.services.policy.book()
            let (page, next) = try PageToken.page(
                name,
                try await call.patchedNodes(input.instanceIds),
                by: \.id,
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            let views = PatchStateView.list(of: page, in: BaselineDirectory(try await book), call)
            return StatesOutput(instancePatchStates: views, nextToken: next)
        }
    }

    private struct GroupInput: Decodable, Sendable {
        var patchGroup: String
        var filters: [CountFilter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private static let countFilters = Shape.list(
        .structure([
            .required("Key", .text(1...200)), .required("Values", .list(.text, 1...1)),
            .required("Type", .words(CountFilter.Comparison.self)),
        ]),
        0...4
    )

    private static var forGroup: Operation {
        let name = "DescribeInstancePatchStatesForPatchGroup"
        let members: [Shape.Member] = [
            .required("PatchGroup", BaselineShapes.patchGroup), .optional("Filters", Self.countFilters),
            .optional("MaxResults", NodeShapes.pageSize), NodeShapes.token,
        ]
        return Operation(name, members) { (input: GroupInput, call) in
            let filters = try (input.filters ?? []).map { filter throws(SSMError) in try filter.test }
            let directory = BaselineDirectory(try await call.services.policy.book())
            let (items, next) = try await call.page(
                name,
                after: input.nextToken,
                atMost: input.maxResults ?? 50,
                ofGroup: input.patchGroup
            ) { nodes in
                PatchStateView.list(of: try await call.states(of: nodes), in: directory, call).compactMap { view in
                    filters.allSatisfy { $0(view) } ? (view.instanceId, view) : nil
                }
            }
            return StatesOutput(instancePatchStates: items, nextToken: next)
        }
    }

    // MARK: - Patches of a node

    private struct PatchesInput: Decodable, Sendable {
        var instanceId: String
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct PatchesOutput: Encodable, Sendable {
        var patches: [PatchItemView]
        var nextToken: String?
    }

    private static var ofInstance: Operation {
        let name = "DescribeInstancePatches"
        let members: [Shape.Member] = [
            .required("InstanceId", NodeShapes.id), .optional("Filters", BaselineShapes.filters),
            .optional("MaxResults", NodeShapes.pageSize), NodeShapes.token,
        ]
        return Operation(name, members) { (input: PatchesInput, call) in
            let keys: Set = ["Classification", "KBId", "Severity", "State"]
            let filters = try FilterList(input.filters ?? [], keys, refusing: "InvalidFilter")
            let node = try await call.node(input.instanceId)
            let view = try await call.services.questions.patches(ofNode: node.id)
            let system = OperatingSystem(platform: node.platform, version: node.platformVersion)
            let items = view.listed(on: system).map(PatchItemView.init).filter { item in
                filters.allows("Classification", [item.classification]) && filters.allows("KBId", [item.kbID])
                    && filters.allows("Severity", [item.severity]) && filters.allows("State", [item.state])
            }
            let (page, next) = try PageToken.page(
                name,
                items.sorted { $0.title < $1.title },
                by: \.title,
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return PatchesOutput(patches: page, nextToken: next)
        }
    }

    // MARK: - A group

    private struct GroupStateInput: Decodable, Sendable {
        var patchGroup: String
    }

    private static var groupState: Operation {
        Operation("DescribePatchGroupState", [.required("PatchGroup", BaselineShapes.patchGroup)]) {
            (input: GroupStateInput, call) in
            var group = PatchGroupState()
            try await call.eachNode(ofGroup: input.patchGroup) { nodes in
                for state in try await call.states(of: nodes) { group.add(state) }
                return true
            }
            return group
        }
    }
}
