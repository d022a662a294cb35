/// What a cycle starts from; kept whole in its first event, so that nothing that happens later to files can change it.
package struct CycleStart: Codable, Equatable, Sendable {
    package var definition: WorkflowDefinition
    /// SHA-256, lower-case hexadecimal: of the workflow file's exact bytes, and of those of the documents that it names.
    package var definitionDigest: String
    /// Every window opens at once, whatever the definition says.
    package var opensWindowsNow: Bool
    /// Of the policy that filled in what the file leaves to it; nil when there was none.
    package var policyDigest: String?
    /// Who applied that policy; nil when there was none, and in what was started before this was kept.
    package var policyAppliedBy: String?

    package init(
        definition: WorkflowDefinition,
        definitionDigest: String,
        opensWindowsNow: Bool,
        policyDigest: String? = nil,
        policyAppliedBy: String? = nil
    ) {
        self.definition = definition
        self.definitionDigest = definitionDigest
        self.opensWindowsNow = opensWindowsNow
        self.policyDigest = policyDigest
        self.policyAppliedBy = policyAppliedBy
    }
}
