/// A node that a stage may select.
package struct NodeTarget: Equatable, Sendable {
    package var id: String
    package var site: String
    package var patchGroup: String
    /// The host's name.
    package var name: String

    package init(id: String, site: String, patchGroup: String, name: String) {
        self.id = id
        self.site = site
        self.patchGroup = patchGroup
        self.name = name
    }
}
