/// A node and what it belongs to.
package struct NodePlace: Hashable, Sendable {
    /// Its id.
    package var node: String
    package var patchGroup: String
    package var site: String

    package init(node: String, patchGroup: String, site: String) {
        self.node = node
        self.patchGroup = patchGroup
        self.site = site
    }
}
