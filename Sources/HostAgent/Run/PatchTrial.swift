package import AgentProtocol

/// What the package manager would do for one patch by itself.
package struct PatchTrial: Codable, Equatable, Sendable {
    package var patch: PatchReference
    package var changes: [PlannedChange]
    /// Why it would do nothing.
    package var failure: StepFailure?

    package init(patch: PatchReference, changes: [PlannedChange], failure: StepFailure?) {
        self.patch = patch
        self.changes = changes
        self.failure = failure
    }
}
