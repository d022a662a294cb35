package import AgentProtocol

/// What a host run asks of a package manager.
///
/// Exit codes decide nothing: results are judged by ``states(of:)`` before and after.
package protocol PackageManager: Sendable {
    /// Waits while another package manager is at work on the host; one that does not lock needs not wait.
    ///
    /// - Parameters:
    ///   - toRefresh: whether the other one's fetching of indexes is in the way, too.
    ///   - limit: how long to wait at the most.
    /// - Throws: ``StepFailure`` of class `lock` that names the other one, when it is still at work at the limit.
    func waitForOthers(toRefresh: Bool, within limit: Duration) async throws(StepFailure)

    /// Fetches all package indexes; fails when one of them cannot be fetched or trusted.
    func refresh() async throws(StepFailure)

    /// The same where the inventory is what is asked for next: a package manager may prepare its answer on the way.
    func refreshToScan() async throws(StepFailure)

    /// Everything installed and everything offered.
    func inventory() async throws(StepFailure) -> Inventory

    /// The state of the named packages, and whether the whole package database is consistent.
    ///
    /// Waits until no package manager is at work; with patience as long as a whole transaction takes.
    func states(of names: Set<String>, isPatient: Bool) async throws(StepFailure) -> PackageStates

    /// What the transaction would change.
    func simulate(_ transaction: PackageTransaction) async throws(StepFailure) -> [PlannedChange]

    /// Fetches every archive of the transaction into a folder that nobody else clears.
    func download(_ transaction: PackageTransaction) async throws(StepFailure)

    /// Carries the transaction out.
    ///
    /// - Parameter limit: how long it may wait for others before it begins.
    /// - Returns: what the package manager complained of; nil when nothing.
    func install(_ transaction: PackageTransaction, waiting limit: Duration) async -> StepFailure?

    /// Completes what an earlier transaction left half done.
    ///
    /// - Parameters:
    ///   - transaction: the only changes of versions that it may make on the way.
    ///   - limit: how long it may wait for others before it begins.
    func repair(allowing transaction: PackageTransaction, waiting limit: Duration) async throws(StepFailure)

    /// Where it keeps what it prints.
    var logs: [RunLog] { get }

    /// Gives back the space of downloaded archives.
    func clean() throws(StepFailure)

    /// Whether and why the host wants a reboot.
    func rebootRequest() async throws(StepFailure) -> RebootRequest
}

extension PackageManager {
    package func refreshToScan() async throws(StepFailure) { try await refresh() }
}

/// Exact versions to install.
package struct PackageTransaction: Equatable, Sendable {
    /// Of packages that are there.
    package var patches: [PatchReference]
    /// Of packages that are not; they come where the patches need them.
    package var newcomers: [PatchReference]

    package init(_ patches: [PatchReference], newcomers: [PatchReference] = []) {
        self.patches = patches
        self.newcomers = newcomers
    }
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
    /// The newest installed kernel of the flavour that runs, when an older one runs.
    package var kernel: String?

    package init(reasons: [String], packages: [String], kernel: String? = nil) {
        self.reasons = reasons
        self.packages = packages
        self.kernel = kernel
    }
}
