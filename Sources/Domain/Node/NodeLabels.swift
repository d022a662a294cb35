/// What people call a node and know it by, as SSM has it: set by its activation, changed through the API.
package struct NodeLabels: Codable, Equatable, Sendable {
    /// SSM's quota.
    package static let mostTags = 50
    /// The tag of the patch group, under either of SSM's names (ssm-semantics §1.4).
    package static let patchGroupKeys = ["Patch Group", "PatchGroup"]
    /// The patch group of nodes without that tag.
    package static let ungrouped = "default"

    /// The default instance name of its activation.
    package var name: String?
    /// The name of a role of AWS, kept as it came: nothing here goes by it.
    package var role: String?
    package var tags: [String: String]

    package init(name: String? = nil, role: String? = nil, tags: [String: String] = [:]) {
        self.name = name
        self.role = role
        self.tags = tags
    }

    /// The patch group that the tags say.
    ///
    /// - Throws: ``NodeRefusal`` for one that can be none, and for two.
    package static func patchGroup(of tags: [String: String]) throws(NodeRefusal) -> String {
        let groups = patchGroupKeys.compactMap { tags[$0] }
        guard let group = groups.first else { return ungrouped }
        guard groups.allSatisfy({ $0 == group }) else { throw .twoPatchGroups(group, groups[1]) }
        guard PatchGroup.isName(group) else { throw .unfitPatchGroup(group) }
        return group
    }

    /// The tags of a node that is in the patch group.
    package static func tags(_ tags: [String: String], in patchGroup: String) -> [String: String] {
        guard patchGroup != ungrouped, !patchGroupKeys.contains(where: { tags[$0] != nil }) else { return tags }
        return tags.merging([patchGroupKeys[0]: patchGroup]) { given, _ in given }
    }

    package mutating func apply(_ change: NodeLabelChange) {
        if let role = change.role { self.role = role }
        for key in change.removedTags { tags[key] = nil }
        // The one name takes the place of the other.
        if Self.patchGroupKeys.contains(where: { change.tags[$0] != nil }) {
            for key in Self.patchGroupKeys { tags[key] = nil }
        }
        tags.merge(change.tags) { _, new in new }
    }
}

/// What is to be another of a node's labels; what is not named stays.
package struct NodeLabelChange: Codable, Equatable, Sendable {
    package var role: String?
    /// Added or given other values.
    package var tags: [String: String]
    /// Keys; those that it does not have are no matter.
    package var removedTags: [String]

    package init(role: String? = nil, tags: [String: String] = [:], removedTags: [String] = []) {
        self.role = role
        self.tags = tags
        self.removedTags = removedTags
    }
}
