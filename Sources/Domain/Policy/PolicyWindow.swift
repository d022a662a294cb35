/// A maintenance window that workflows name.
package struct PolicyWindow: Codable, Equatable, Sendable {
    package var name: String
    package var rule: WindowRule

    package init(name: String, rule: WindowRule) {
        self.name = name
        self.rule = rule
    }
}
