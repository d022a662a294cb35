package import AgentProtocol
package import Time

/// What is written to the journal of a host run; its fold is the run.
package enum HostRunEvent: Codable, Equatable, Sendable {
    /// The order was checked and is taken up.
    case accepted
    /// Another agent process goes on with the run: whatever was under way is in doubt.
    case resumed
    /// An effect ended.
    case observed(HostRunOutcome)
    /// The run goes no further: what was done is judged.
    case stopped(StepFailure)
    /// A repair is about to begin.
    case repairing
    /// The package transaction is about to begin.
    case installing([PatchReference])
    /// The host may reboot, until then by its own clock.
    case slotGranted(fence: Int64, until: Timestamp)
    /// The run holds no reboot slot any more.
    case slotReleased
    /// The reboot command is about to be run in this boot.
    case rebooting(BootFacts)
    /// The host is in another boot.
    case verifying(BootFacts)
    /// A hook's document is about to begin; nil for the order's own.
    case opening(Order.Hook?)
    /// A step is about to begin.
    case stepping(StepPlace)
    /// The reboot command is about to be run in this boot, for the step that asked for it.
    case restarting(BootFacts)
    /// The host is in another boot; the step begins anew.
    case restarted(BootFacts)
    /// The step that asked for a restart does not get one.
    case restartGivenUp(StepFailure)
    /// The control plane does not want the run any more: it ends where that does no harm.
    case withdrawn
    /// The terminal fact.
    case ended(HostRunFact)
}
