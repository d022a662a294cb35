import ControlPlane
import Domain
import ReadModels

/// The operations that list nodes.
enum InstanceOperations {
    static let all = [describe]

    private struct Input: Decodable, Sendable {
        /// The older form of ``Filter``, with members of another spelling.
        struct Legacy: Decodable, Sendable {
            var key: String
            var valueSet: [String]
        }

        var instanceInformationFilterList: [Legacy]?
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct Output: Encodable, Sendable {
        var instanceInformationList: [InstanceInformation]
        var nextToken: String?
    }

    private static let keys: Set<String> = [
        "ActivationIds", "AgentVersion", "AssociationStatus", "IamRole", "InstanceIds", "PingStatus", "PlatformType",
        "PlatformTypes", "ResourceType", "SourceIds", "SourceTypes", "tag-key",
    ]
    /// The words that there are for what is one of a few.
    private static let words: [String: Set<String>] = [
        "PingStatus": ["Online", "ConnectionLost", "Inactive"], "PlatformType": platforms, "PlatformTypes": platforms,
        "ResourceType": ["EC2Instance", "ManagedInstance"],
        "SourceTypes": ["AWS::EC2::Instance", "AWS::IoT::Thing", "AWS::SSM::ManagedInstance"],
    ]
    private static let platforms: Set = ["Linux", "MacOS", "Windows"]

    private static let describe = Operation(
        "DescribeInstanceInformation",
        [
            .optional(
                "InstanceInformationFilterList",
                .list(
                    .structure([.required("key", .text), .required("valueSet", .list(.text(1...256), 1...100))]),
                    Shape.any
                )
            ),
            .optional(
                "Filters",
                .list(
                    .structure([.required("Key", .text(1...256)), .required("Values", .list(.text(1...256), 1...100))]),
                    Shape.any
                )
            ),
            .optional("MaxResults", .integer(5...50)), NodeShapes.token,
        ]
    ) { (input: Input, call) in
        let filters = try filters(of: input)
        let (items, next) = try await call.page(
            "DescribeInstanceInformation",
            after: input.nextToken,
            atMost: input.maxResults ?? 10
        ) { nodes in
            nodes.compactMap { node in
                let information = InstanceInformation(node, at: call.now)
                return filters.allow(node, information) ? (node.id, information) : nil
            }
        }
        return Output(instanceInformationList: items, nextToken: next)
    }

    private static func filters(of input: Input) throws(SSMError) -> FilterList {
        let legacy = (input.instanceInformationFilterList ?? []).map { Filter(key: $0.key, values: $0.valueSet) }
        let filters = input.filters ?? []
        guard legacy.isEmpty || filters.isEmpty else {
            throw .validation("Filters and InstanceInformationFilterList cannot be combined.")
        }
        let tags = filters.compactMap(\.key).filter { $0.hasPrefix("tag:") }
        let list = try FilterList(filters + legacy, keys.union(tags), refusing: "InvalidFilterKey")
        for (key, words) in words.sorted(by: { $0.key < $1.key }) {
            guard let wrong = list.values(of: key).first(where: { !words.contains($0) }) else { continue }
            let text = "\(wrong) is none of \(words.sorted().joined(separator: ", ")), which \(key) may be."
            throw SSMError("InvalidInstanceInformationFilterValue", text)
        }
        return list
    }
}

extension FilterList {
    fileprivate func allow(_ node: NodeView, _ information: InstanceInformation) -> Bool {
        let type = information.platformType.map { [$0] } ?? []
        let known: [(String, [String])] = [
            ("InstanceIds", [node.id]), ("AgentVersion", information.agentVersion.map { [$0] } ?? []),
            ("PingStatus", [information.pingStatus]), ("PlatformType", type), ("PlatformTypes", type),
            ("ResourceType", [information.resourceType]), ("SourceIds", [node.id]),
            ("SourceTypes", [information.sourceType]), ("tag-key", node.askedTags.keys.sorted()),
            ("ActivationIds", information.activationId.map { [$0] } ?? []),
            ("IamRole", information.iamRole.map { [$0] } ?? []),
            // What nodes do not have here.
            ("AssociationStatus", []),
        ]
        return known.allSatisfy { allows($0, $1) }
            && tagKeys.allSatisfy { key in
                allows(key, node.askedTags[String(key.dropFirst(4))].map { [$0] } ?? [])
            }
    }
}

extension NodeView {
    /// Its tags, with the patch group under either of SSM's names: whoever asks for a group is not to care which it was given by.
    fileprivate var askedTags: [String: String] {
        let group = NodeLabels.patchGroupKeys.compactMap { tags[$0] }.first
        let both = NodeLabels.patchGroupKeys.compactMap { key in group.map { (key, $0) } }
        return tags.merging(both) { given, _ in given }
    }
}
