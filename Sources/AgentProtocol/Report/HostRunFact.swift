/// What can happen to a host run, as its agent sees it.
///
/// `refused` and the four outcomes are terminal; exactly one of them ends every run.
package enum HostRunFact: Codable, Equatable, Sendable {
    /// The order is genuine, for this node and in its window; it is in the journal.
    case accepted
    /// The agent will not do it, and why.
    case refused(reason: RefusalReason, detail: String)
    /// The package transaction begins.
    case installing
    /// The reboot command is about to be run.
    case rebooting(BootFacts)
    /// The agent runs again after the reboot and judges it.
    case verifying(BootFacts)
    /// Scan done: the inventory with this digest was uploaded before this report.
    case scanned(inventory: String)
    /// Install done and proved by a rescan.
    case installed(InstallResult)
    /// The order's document has been run; a class, and what it was about, when it failed.
    case ran(kind: FailureKind?, detail: String?)
    /// The run failed; what was done stays done. `inventory` is the rescan's, if there could be one.
    case failed(kind: FailureKind, detail: String, inventory: String?, patches: [PatchResult])

    /// The digest of the inventory that must be uploaded before this is reported.
    package var inventory: String? {
        switch self {
        case .scanned(let inventory): inventory
        case .installed(let result): result.inventory
        case .failed(_, _, let inventory, _): inventory
        case .accepted, .refused, .installing, .rebooting, .verifying, .ran: nil
        }
    }

    package var isTerminal: Bool {
        switch self {
        case .accepted, .installing, .rebooting, .verifying: false
        case .refused, .scanned, .installed, .ran, .failed: true
        }
    }
}
