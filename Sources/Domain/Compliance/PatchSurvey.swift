/// What is known of a node's patches when they are judged.
package struct PatchSurvey: Sendable {
    /// Which operation was last.
    package enum Operation: Sendable, Equatable {
        case scan
        /// Without an override list all that is approved was to be installed; with one only these packages.
        case install(onlyNames: Set<String>?)
    }

    /// The versions that are there, with the advisories that speak of them.
    package var installed: [PatchCandidate]
    /// Newer versions for installed packages, and updates that apply.
    package var available: [PatchCandidate]
    /// Windows: approved updates that are nothing for the node.
    package var inapplicable: [PatchCandidate]
    /// Names of packages that were installed without a reboot that they need, with no boot since.
    package var awaitingReboot: Set<String>
    /// Of what is available.
    package var obstacles: [Patch: PatchObstacle]
    package var operation: Operation

    package init(
        installed: [PatchCandidate],
        available: [PatchCandidate],
        inapplicable: [PatchCandidate] = [],
        awaitingReboot: Set<String> = [],
        obstacles: [Patch: PatchObstacle] = [:],
        operation: Operation = .scan
    ) {
        self.installed = installed
        self.available = available
        self.inapplicable = inapplicable
        self.awaitingReboot = awaitingReboot
        self.obstacles = obstacles
        self.operation = operation
    }
}
