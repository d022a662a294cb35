/// What one host's packages are under a baseline and a set of advisories at one time, as far as it is kept for a fleet.
package struct Evaluation: Equatable, Sendable {
    package var patches: PatchSummary
    /// nil when no advisory is for the host's release.
    package var findings: [Finding]?

    package init(patches: PatchSummary, findings: [Finding]?) {
        self.patches = patches
        self.findings = findings
    }
}
