/// All that people set on an association: one value, which each change replaces as a whole.
package struct AssociationConfiguration: Codable, Equatable, Sendable {
    package static let mostTags = 50

    package var settings: AssociationSettings
    package var tags: [String: String]

    package init(settings: AssociationSettings, tags: [String: String] = [:]) {
        self.settings = settings
        self.tags = tags
    }
}
