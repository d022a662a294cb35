/// What a node gets: patches, and the new packages that may come with them.
package struct PatchSet: Codable, Hashable, Comparable, Sendable {
    /// Sorted and without duplicates.
    package private(set) var patches: [Patch]
    /// Packages that the node does not have; they come where the patches need them and are no reason for anything by themselves.
    ///
    /// Sorted and without duplicates.
    package private(set) var newcomers: [Patch]

    package init(patches: [Patch], newcomers: [Patch] = []) {
        self.patches = Set(patches).sorted()
        self.newcomers = Set(newcomers).sorted()
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.patches != right.patches { return left.patches.lexicographicallyPrecedes(right.patches) }
        return left.newcomers.lexicographicallyPrecedes(right.newcomers)
    }
}
