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
    /// What was sent through SSM's API, where that started it: it then waits for no person, and ends as a command does.
    package var command: SentCommand?
    /// The maintenance window that hears of its end; nil for none.
    private var tells: String?
    /// The association that hears of its end; nil for none.
    private var tellsAssociation: String?

    package init(
        definition: WorkflowDefinition,
        definitionDigest: String,
        opensWindowsNow: Bool,
        policyDigest: String? = nil,
        policyAppliedBy: String? = nil,
        command: SentCommand? = nil,
        owner: CommandOwner? = nil
    ) {
        self.definition = definition
        self.definitionDigest = definitionDigest
        self.opensWindowsNow = opensWindowsNow
        self.policyDigest = policyDigest
        self.policyAppliedBy = policyAppliedBy
        self.command = command
        switch owner {
        case .window(let name): tells = name
        case .association(let name): tellsAssociation = name
        case nil: break
        }
    }

    /// Who hears of its end; nil for nobody.
    package var owner: CommandOwner? {
        tells.map { .window($0) } ?? tellsAssociation.map { .association($0) }
    }
}
