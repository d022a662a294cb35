import ControlPlane
import Domain

/// The operations on tags: of patch baselines.
enum TagOperations {
    static let all = [add, remove, list]

    /// SSM's enumeration; the others are of resources that there are none of here.
    private static let types = [
        "Document", "ManagedInstance", "MaintenanceWindow", "Parameter", "PatchBaseline", "OpsItem", "OpsMetadata",
        "Automation", "Association",
    ]

    private struct Input: Decodable, Sendable {
        var resourceType: String
        var resourceId: String
        var tags: [TagItem]?
        var tagKeys: [String]?
    }

    private struct ListOutput: Encodable, Sendable {
        var tagList: [TagItem]
    }

    private static let resource: [Shape.Member] = [
        .required("ResourceType", .word(types)), .required("ResourceId", .text),
    ]

    private static let add = Operation(
        "AddTagsToResource",
        for: .changePolicy,
        resource + [.required("Tags", BaselineShapes.tags)]
    ) { (input: Input, call) in
        let tags = try TagItem.dictionary(input.tags ?? [])
        try await change(input, call) { $0.merge(tags) { _, new in new } }
        return NoOutput()
    }

    private static let remove = Operation(
        "RemoveTagsFromResource",
        for: .changePolicy,
        resource + [.required("TagKeys", .list(BaselineShapes.tagKey, Shape.any))]
    ) { (input: Input, call) in
        try await change(input, call) { tags in
            for key in input.tagKeys ?? [] { tags[key] = nil }
        }
        return NoOutput()
    }

    private static let list = Operation("ListTagsForResource", resource) { (input: Input, call) in
        let baseline = try baseline(input, BaselineDirectory(try await call.services.policy.book()))
        return ListOutput(tagList: TagItem.list(baseline.tags))
    }

    // MARK: - Steps

    /// SSM's quota.
    private static let mostTags = 50

    private static func change(
        _ input: Input,
        _ call: Call,
        _ body: (inout [String: String]) -> Void
    ) async throws {
        _ = try await call.changePolicy { policy in
            var baseline = try Self.baseline(input, BaselineDirectory(policy))
            body(&baseline.tags)
            guard baseline.tags.count <= mostTags else {
                throw SSMError("TooManyTagsError", "A resource has at most \(mostTags) tags.")
            }
            try policy.replace(baseline.name, by: baseline)
        }
    }

    private static func baseline(_ input: Input, _ directory: BaselineDirectory) throws(SSMError) -> Baseline {
        guard input.resourceType == "PatchBaseline" else {
            throw SSMError("InvalidResourceType", "Tags of \(input.resourceType) are not kept here.")
        }
        guard let baseline = directory.find(input.resourceId), !baseline.isPredefined else {
            throw SSMError("InvalidResourceId", "There is no patch baseline \(input.resourceId).")
        }
        return baseline
    }
}
