/// Which nodes a stage is for.
///
/// An empty list asks for nothing; what is asked for must hold together.
package struct TargetSelector: Codable, Equatable, Sendable {
    package static let all = Self()

    package var rings: [String]
    /// Names or globs such as `Debian12-*`.
    package var patchGroups: [String]
    package var sites: [String]
    /// Managed-node ids; nil for any.
    package var nodes: [String]?
    /// Of the nodes' tags each must hold; nil for none.
    package var tags: [TagMatch]?

    package init(
        rings: [String] = [],
        patchGroups: [String] = [],
        sites: [String] = [],
        nodes: [String]? = nil,
        tags: [TagMatch]? = nil
    ) {
        self.rings = rings
        self.patchGroups = patchGroups
        self.sites = sites
        self.nodes = nodes
        self.tags = tags
    }

    /// - Parameter tags: of the node, that of its patch group among them.
    package func matches(node: String, site: String, patchGroup: String, tags: [String: String]) -> Bool {
        (nodes?.contains(node) ?? true) && matches(site: site, patchGroup: patchGroup)
            && (self.tags ?? []).allSatisfy { $0.matches(tags) }
    }

    /// Whether it may be for nodes of that site and patch group.
    package func matches(site: String, patchGroup: String) -> Bool {
        (rings.isEmpty || rings.contains(PatchGroup.ring(of: patchGroup)))
            && (patchGroups.isEmpty || patchGroups.contains { Glob($0).matches(patchGroup) })
            && (sites.isEmpty || sites.contains(site))
    }
}

/// The tag value that says which baseline and which ring a node belongs to, such as `Ubuntu22-early`.
package enum PatchGroup {
    /// Whether a patch group may be called so.
    package static func isName(_ name: String) -> Bool {
        (1...RolloutName.maximumPatchGroup).contains(name.utf8.count) && isPlain(name)
    }

    /// Whether it has letters of a to z, digits, hyphens, dots and underscores alone, as sites and patch groups do.
    package static func isPlain(_ name: String) -> Bool {
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// The rollout half: what follows the last hyphen, or the whole when there is none.
    package static func ring(of group: String) -> String {
        guard let hyphen = group.lastIndex(of: "-") else { return group }
        return String(group[group.index(after: hyphen)...])
    }

    /// What stands before the ring, such as `Ubuntu22`; the whole when there is no hyphen.
    package static func kind(of group: String) -> String {
        group.lastIndex(of: "-").map { String(group[..<$0]) } ?? group
    }
}
