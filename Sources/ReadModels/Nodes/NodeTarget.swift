package import Domain

/// A node that a stage may select.
package struct NodeTarget: Equatable, Sendable {
    package var id: String
    package var site: String
    package var patchGroup: String
    /// The host's name.
    package var name: String
    /// That of its patch group among them.
    package var tags: [String: String]

    package init(id: String, site: String, patchGroup: String, name: String, tags: [String: String] = [:]) {
        self.id = id
        self.site = site
        self.patchGroup = patchGroup
        self.name = name
        self.tags = tags
    }
}

extension TargetSelector {
    package func matches(_ node: NodeTarget) -> Bool {
        matches(node: node.id, site: node.site, patchGroup: node.patchGroup, tags: node.tags)
    }
}
