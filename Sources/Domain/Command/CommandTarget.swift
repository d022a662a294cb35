/// One of a command's targets as SSM's API has it; all of a command must hold together.
package struct CommandTarget: Codable, Equatable, Sendable {
    /// Such as `tag:Patch Group` or `InstanceIds`.
    package var key: String
    /// Any of them will do.
    package var values: [String]

    package init(key: String, values: [String]) {
        self.key = key
        self.values = values
    }
}
