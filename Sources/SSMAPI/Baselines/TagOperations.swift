import ControlPlane
import Domain
import ReadModels

/// The operations on tags: of patch baselines, of maintenance windows, of associations, of documents and of nodes, of which one is their patch group.
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

        /// - Throws: ``SSMError`` for one whose tags are not kept here.
        var kind: Kind {
            get throws(SSMError) {
                guard let kind = Kind(rawValue: resourceType) else {
                    throw SSMError("InvalidResourceType", "Tags of \(resourceType) are not kept here.")
                }
                return kind
            }
        }

        var change: NodeLabelChange {
            get throws(SSMError) {
                NodeLabelChange(tags: try TagItem.dictionary(tags ?? []), removedTags: tagKeys ?? [])
            }
        }
    }

    private enum Kind: String {
        case patchBaseline = "PatchBaseline"
        case managedInstance = "ManagedInstance"
        case maintenanceWindow = "MaintenanceWindow"
        case association = "Association"
        case document = "Document"
    }

    private struct ListOutput: Encodable, Sendable {
        var tagList: [TagItem]
    }

    private static let resource: [Shape.Member] = [
        .required("ResourceType", .word(types)), .required("ResourceId", .text),
    ]

    private static let add = Operation(
        "AddTagsToResource",
        for: .read,
        on: demand,
        resource + [.required("Tags", BaselineShapes.tags)],
        change
    )

    private static let remove = Operation(
        "RemoveTagsFromResource",
        for: .read,
        on: demand,
        resource + [.required("TagKeys", .list(BaselineShapes.tagKey, Shape.any))],
        change
    )

    private static let list = Operation("ListTagsForResource", resource) { (input: Input, call) in
        let tags =
            switch try input.kind {
            case .patchBaseline: try baseline(input, BaselineDirectory(try await call.services.policy.book())).tags
            case .managedInstance: try await node(input, call).tags
            case .maintenanceWindow: try await window(input, call).configuration?.tags ?? [:]
            case .association: try await association(input, call).configuration?.tags ?? [:]
            case .document: try await document(input, call).making?.tags ?? [:]
            }
        return ListOutput(tagList: TagItem.list(tags))
    }

    // MARK: - Steps

    private static func demand(_ input: Input, _ call: Call) async throws -> Demand {
        switch try input.kind {
        case .patchBaseline, .document: return Demand(permission: .changePolicy, reach: .fleet)
        case .maintenanceWindow: return Demand(permission: .run, reach: .fleet)
        case .association:
            _ = try await association(input, call)
            return Demand(permission: .run, reach: .none)
        case .managedInstance:
            let node = try await node(input, call)
            // Whoever may not act on the group that it is in does not see it; that which it comes into counts, too.
            let group = try input.change.patchGroup(of: node)
            return Demand(permission: .enrol, reach: .node(site: node.site, patchGroup: group))
        }
    }

    private static func change(_ input: Input, _ call: Call) async throws -> NoOutput {
        let change = try input.change
        switch try input.kind {
        case .patchBaseline:
            try await call.changePolicy { policy in
                var baseline = try Self.baseline(input, BaselineDirectory(policy))
                try apply(change, to: &baseline.tags)
                try policy.replace(baseline.name, by: baseline)
            }
        case .managedInstance:
            let node = try await node(input, call)
            var labels = NodeLabels(tags: node.tags)
            labels.apply(change)
            guard labels.tags.count <= NodeLabels.mostTags else { throw tooMany }
            try await call.label(node.id, change)
        case .maintenanceWindow:
            try await call.changeWindow(try await window(input, call).id) { try apply(change, to: &$0.tags) }
        case .document:
            let name = try await document(input, call).name
            try await call.documenting {
                try await call.services.documents.tag(
                    name,
                    change.tags,
                    removing: change.removedTags,
                    key: call.key,
                    by: call.principal.name
                )
            }
        case .association:
            let id = try await association(input, call).id
            _ = try await call.associating {
                try await call.services.associations.change(
                    id,
                    site: call.region,
                    key: call.key,
                    by: call.principal.name
                ) { try apply(change, to: &$0.tags) }
            }
        }
        return NoOutput()
    }

    private static let tooMany = SSMError("TooManyTagsError", "A resource has at most \(NodeLabels.mostTags) tags.")

    private static func apply(_ change: NodeLabelChange, to tags: inout [String: String]) throws(SSMError) {
        for key in change.removedTags { tags[key] = nil }
        tags.merge(change.tags) { _, new in new }
        guard tags.count <= NodeLabels.mostTags else { throw tooMany }
    }

    private static func baseline(_ input: Input, _ directory: BaselineDirectory) throws(SSMError) -> Baseline {
        guard let baseline = directory.find(input.resourceId), !baseline.isPredefined else {
            throw SSMError("InvalidResourceId", "There is no patch baseline \(input.resourceId).")
        }
        return baseline
    }

    /// Whoever may not see it is told that there is none.
    private static func association(_ input: Input, _ call: Call) async throws -> Association {
        guard let found = try await call.associations().first(where: { $0.id == input.resourceId.lowercased() }) else {
            throw SSMError("InvalidResourceId", "There is no association \(input.resourceId) in \(call.region).")
        }
        return found
    }

    private static func document(_ input: Input, _ call: Call) async throws -> FoundDocument {
        let unknown = SSMError("InvalidResourceId", "There is no document \(input.resourceId) that was made here.")
        do {
            let found = try await call.services.documents.document(input.resourceId)
            guard found.making != nil else { throw unknown }
            return found
        } catch is CommandRefusal {
            throw unknown
        }
    }

    private static func window(_ input: Input, _ call: Call) async throws -> MaintenanceWindow {
        try call.principal.check(.site(call.region))
        guard let window = try await call.windows().first(where: { $0.id == input.resourceId }) else {
            throw SSMError("InvalidResourceId", "There is no maintenance window \(input.resourceId) in \(call.region).")
        }
        return window
    }

    private static func node(_ input: Input, _ call: Call) async throws -> NodeView {
        guard let node = try await call.nodes([input.resourceId]).first else {
            throw SSMError("InvalidResourceId", "There is no managed node \(input.resourceId) in \(call.region).")
        }
        return node
    }
}

extension NodeLabelChange {
    /// The patch group that it leaves the node in.
    ///
    /// - Throws: ``SSMError`` for one that can be none.
    fileprivate func patchGroup(of node: NodeView) throws(SSMError) -> String {
        var labels = NodeLabels(tags: node.tags)
        labels.apply(self)
        return try NodeLabels.group(ofTags: labels.tags)
    }
}

extension NodeLabels {
    /// - Throws: ``SSMError`` for tags that say no patch group, or two.
    static func group(ofTags tags: [String: String]) throws(SSMError) -> String {
        do {
            return try patchGroup(of: tags)
        } catch {
            throw .validation(error.detail)
        }
    }
}
