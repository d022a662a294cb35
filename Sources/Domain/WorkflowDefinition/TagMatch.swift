/// What is asked of a node's tags: one of the keys, with one of the values.
package struct TagMatch: Codable, Equatable, Sendable {
    package var keys: [String]
    /// To the letter; nil for any.
    package var values: [String]?

    package init(keys: [String], values: [String]? = nil) {
        self.keys = keys
        self.values = values
    }

    package func matches(_ tags: [String: String]) -> Bool {
        keys.contains { key in tags[key].map { value in values?.contains(value) ?? true } ?? false }
    }
}
