package import AgentProtocol

/// What a host run asks of a package manager.
///
/// Exit codes decide nothing: results are judged by ``states(of:)`` before and after.
package protocol PackageManager: Sendable {
    /// Fetches all package indexes; fails when one of them cannot be fetched or trusted.
    func refresh() async throws(StepFailure)

    /// Everything installed and everything offered.
    func inventory() async throws(StepFailure) -> Inventory

    /// The state of the named packages, and whether the whole package database is consistent.
    ///
    /// Waits until no package manager is at work.
    func states(of names: Set<String>) async throws(StepFailure) -> PackageStates

    /// What installing exactly these versions would change.
    func simulate(_ patches: [PatchReference]) async throws(StepFailure) -> [PlannedChange]

    /// Fetches every archive of the transaction into a folder that nobody else clears.
    func download(_ patches: [PatchReference]) async throws(StepFailure)

    /// Installs exactly these versions.
    ///
    /// - Returns: what the package manager complained of; nil when nothing.
    func install(_ patches: [PatchReference]) async -> StepFailure?

    /// Completes what an earlier transaction left half done.
    ///
    /// - Parameter patches: the only changes of versions that it may make on the way.
    func repair(allowing patches: [PatchReference]) async throws(StepFailure)

    /// Gives back the space of downloaded archives.
    func clean() throws(StepFailure)

    /// Whether and why the host wants a reboot.
    func rebootRequest() throws(StepFailure) -> RebootRequest
}

/// Packages and the soundness of the database they are in.
package struct PackageStates: Equatable, Sendable {
    package var packages: [PackageState]
    package var isConsistent: Bool

    package init(packages: [PackageState], isConsistent: Bool) {
        self.packages = packages
        self.isConsistent = isConsistent
    }
}

/// Why a host wants a reboot; no reasons, no reboot.
package struct RebootRequest: Equatable, Sendable {
    package var reasons: [String]
    /// The packages that asked for it, where that is known.
    package var packages: [String]

    package init(reasons: [String], packages: [String]) {
        self.reasons = reasons
        self.packages = packages
    }
}
