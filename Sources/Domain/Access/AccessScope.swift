/// The part of the fleet that a principal may see and act on.
///
/// An empty list limits nothing; what is limited must hold together.
package struct AccessScope: Codable, Equatable, Sendable {
    package static let unlimited = Self()

    package var sites: [String]
    package var rings: [String]
    package var patchGroups: [String]

    package init(sites: [String] = [], rings: [String] = [], patchGroups: [String] = []) {
        self.sites = sites
        self.rings = rings
        self.patchGroups = patchGroups
    }

    package var isUnlimited: Bool { sites.isEmpty && rings.isEmpty && patchGroups.isEmpty }

    /// Whether a node of the site and the patch group lies within.
    package func covers(site: String, patchGroup: String) -> Bool {
        Self.allows(sites, [site]) && Self.allows(rings, [PatchGroup.ring(of: patchGroup)])
            && Self.allows(patchGroups, [patchGroup])
    }

    /// Whether the name of a patch group that no node is in may be seen.
    package func covers(patchGroup: String) -> Bool {
        sites.isEmpty && Self.allows(rings, [PatchGroup.ring(of: patchGroup)])
            && Self.allows(patchGroups, [patchGroup])
    }

    /// Whether every node that the selector can ever be for lies within; what the selector leaves open does not.
    package func covers(_ selector: TargetSelector) -> Bool {
        // A glob with a ring behind its last hyphen matches groups of that ring alone.
        let rings = selector.rings.isEmpty ? selector.patchGroups.map(PatchGroup.ring) : selector.rings
        return Self.allows(sites, selector.sites) && Self.allows(self.rings, rings)
            && Self.allows(patchGroups, selector.patchGroups)
    }

    private static func allows(_ limits: [String], _ wanted: [String]) -> Bool {
        limits.isEmpty || (!wanted.isEmpty && wanted.allSatisfy(limits.contains))
    }
}
