import AgentProtocol

/// What becomes of a run that the control plane does not want any more.
extension HostRun {
    /// Its end, where it can end without harm; nil elsewhere, and for a run that ends already.
    ///
    /// A package transaction is never cut off, nor a hook, and what was installed gets its reboot.
    var withdrawal: HostRunStep? {
        guard isWithdrawn, failure == nil, outcome == nil, changesNothing else { return nil }
        // The host is back from what it held the slot for.
        return release ?? .record(.stopped(StepFailure(.cancelled, "the control plane took the order back")))
    }

    /// Whether nothing is under way that would be left half done.
    private var changesNothing: Bool {
        if let current = documents.current {
            guard current.place.hook == nil else { return false }
            return switch current.phase {
            case .due, .wantsRestart: true
            case .begun, .restarting, .restartInDoubt: false
            }
        }
        // Its own document has come to its end.
        guard !documents.opened.contains(nil) else { return false }
        switch phase {
        case .accepted, .refreshed, .surveyed, .simulated, .unsimulated, .downloaded:
            return transactions == 0 && (hasRepaired || !hasBegunRepair)
        case .received, .repairing, .installing, .transacted, .scanned, .rebooting, .rebootInDoubt, .verifying,
            .verified, .failed, .ended:
            return false
        }
    }
}
