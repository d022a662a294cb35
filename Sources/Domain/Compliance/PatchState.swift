/// What a patch is on a node: SSM's states in its spelling on the wire (ssm-semantics §4.1).
package enum PatchState: String, Codable, Sendable, CaseIterable {
    /// Approved and there, whoever brought it.
    case installed = "Installed"
    /// There and not approved; also what is rejected where rejected packages are tolerated.
    case installedOther = "InstalledOther"
    /// There, and takes effect with the next boot only.
    case installedPendingReboot = "InstalledPendingReboot"
    /// There, rejected, and not tolerated.
    case installedRejected = "InstalledRejected"
    /// Approved and not there.
    case missing = "Missing"
    /// Approved, and a run that was to install it ended without it.
    case failed = "Failed"
    /// Approved, and nothing for this node.
    case notApplicable = "NotApplicable"
    /// Windows: a security update that the baseline does not approve.
    case availableSecurityUpdate = "AvailableSecurityUpdate"
}

/// Why an approved patch that is missing cannot come as things are: what SSM does not tell.
package enum PatchObstacle: Codable, Equatable, Sendable {
    /// A person holds the package back on the host.
    case held
    /// A person's pin on the host keeps the package at an older version.
    case pinned
    /// The vendor gives it to a part of all hosts at a time, and not to all yet.
    case phased
    /// The package is broken on the host; an install repairs it first.
    case broken
    /// Something else keeps it out, such as a package that conflicts with it or one that is rejected.
    case blocked(by: String)

    /// Whether an install may overcome it.
    package var isRepairable: Bool { self == .broken }
}
