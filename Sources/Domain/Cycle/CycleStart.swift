/// What a cycle starts from; kept whole in its first event, so that nothing that happens later to files can change it.
package struct CycleStart: Codable, Equatable, Sendable {
    package var definition: WorkflowDefinition
    /// SHA-256 of the workflow file's exact bytes, lower-case hexadecimal.
    package var definitionDigest: String
    /// Every window opens at once, whatever the definition says.
    package var opensWindowsNow: Bool

    package init(definition: WorkflowDefinition, definitionDigest: String, opensWindowsNow: Bool) {
        self.definition = definition
        self.definitionDigest = definitionDigest
        self.opensWindowsNow = opensWindowsNow
    }
}
