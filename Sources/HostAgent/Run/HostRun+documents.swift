import AgentProtocol
import Time

/// Hooks around an install, in the order and with the failure rules of AWS-RunPatchBaselineWithHooks; and the order's own document.
///
/// They look at what the run would do next and come before it, so that the install knows nothing of them.
extension HostRun {
    /// The next step of the document under way; nil while there is none.
    func documentStep(_ now: Timestamp, _ boot: BootFacts) -> HostRunStep? {
        guard outcome == nil, let current = documents.current else { return nil }
        switch current.phase {
        // After a restart the host is back, and others may reboot.
        case .due: return release ?? .record(.stepping(current.place))
        case .begun: return .perform(.runStep(current.task))
        case .wantsRestart: return restart(now, boot, detail: nil)
        case .restarting: return .perform(.reboot)
        case .restartInDoubt(let before, let detail):
            return boot.bootID == before.bootID ? restart(now, boot, detail: detail) : .record(.restarted(boot))
        }
    }

    /// The order's own document, which begins before the cutoff or not at all, then the end.
    func ownDocumentStep(_ now: Timestamp) -> HostRunStep {
        guard documents.opened.contains(nil) else {
            return .record(isPastCutoff(now) ? .stopped(windowClosed(before: "the document")) : .opening(nil))
        }
        let failure = documents.failure
        return release ?? .record(.ended(.ran(kind: failure?.kind, detail: failure.map { bounded($0.detail) })))
    }

    /// What hooks want before the step; the step itself when they want nothing.
    func hooked(_ step: HostRunStep) -> HostRunStep {
        guard order.hooks != nil, !isScan, outcome == nil else { return step }
        switch step {
        case .record(.installing), .record(.repairing): return opening(.beforeInstall) ?? step
        case .perform(.inspect), .record(.rebooting), .askForSlot:
            // The retry of a reboot: everything before it is done.
            guard case .scanned(let inventory, let survey) = phase else { return step }
            let verdict = verdict(inventory, survey)
            if documents.failure != nil { return conclusion(of: verdict) }
            if case .failed = verdict { return conclusion(of: verdict) }
            return opening(.beforeInstall) ?? opening(.afterInstall) ?? step
        case .record(.ended(let fact)): return conclusion(of: fact)
        case .record, .perform, .wait, .releaseSlot, .done: return step
        }
    }

    // MARK: - Events

    mutating func applyDocument(_ event: HostRunEvent) {
        let hook = documents.current?.place.hook
        switch event {
        case .opening(let hook):
            guard let document = document(of: hook) else { return }
            documents.open(document, of: hook)
            return closeIfOver(hook)
        case .stepping: documents.begin()
        case .restarting(let boot):
            restarts += 1
            documents.restart(from: boot)
            report(.rebooting(boot))
        case .restarted(let boot):
            documents.restarted()
            report(.verifying(boot))
        case .restartGivenUp(let failure): documents.giveUpRestart(failure)
        default: return
        }
        closeIfOver(hook)
    }

    mutating func observeDocument(_ outcome: HostRunOutcome) {
        let hook = documents.current?.place.hook
        switch outcome {
        case .stepped(let run): documents.observe(run)
        case .stillRunning(let detail): documents.outlive(detail)
        case .failed(let failure): documents.observe(failure)
        default: return
        }
        closeIfOver(hook)
    }

    private func document(of hook: Order.Hook?) -> Order.Document? {
        if let hook { return order.hooks?[hook] }
        return if case .run(let document) = order.work { document } else { nil }
    }

    private mutating func closeIfOver(_ hook: Order.Hook?) {
        if documents.current == nil, let hook { closeHook(hook) }
    }

    /// After the hook: what was known of the host before it may hold no more.
    private mutating func closeHook(_ hook: Order.Hook) {
        guard hook == .beforeInstall else { return }
        if let failure = documents.failure {
            self.failure = self.failure ?? failure
            phase = .transacted
        } else {
            phase = .refreshed
        }
    }

    // MARK: - Steps

    private func opening(_ hook: Order.Hook) -> HostRunStep? {
        guard order.hooks?[hook] != nil, !documents.opened.contains(hook) else { return nil }
        return .record(.opening(hook))
    }

    /// The hooks that are still to come before the run ends so.
    private func conclusion(of fact: HostRunFact) -> HostRunStep {
        if case .installed(let result) = fact, documents.failure == nil {
            if transactions > 0, result.reboot == nil, let step = opening(.afterInstall) { return step }
            let isBack = result.reboot.map { $0.outcome != .sameBoot } ?? false
            if isBack, let step = opening(.afterReboot) { return step }
        }
        return opening(.onExit) ?? .record(.ended(concluded(fact)))
    }

    /// A hook's failure is the run's, unless that has one of its own.
    private func concluded(_ fact: HostRunFact) -> HostRunFact {
        guard let failure = documents.failure, case .installed(let result) = fact else { return fact }
        return .failed(
            kind: failure.kind,
            detail: bounded(failure.detail),
            inventory: result.inventory,
            patches: result.patches
        )
    }

    private func restart(_ now: Timestamp, _ boot: BootFacts, detail: String?) -> HostRunStep {
        let why = detail.map { " (\($0))" } ?? ""
        if !isScan, case .install(_, _, _, .never) = order.work {
            return .record(.restartGivenUp(StepFailure(.script, "asked for a restart, and the order allows none")))
        }
        guard mayRebootAgain else {
            let text = "asked for a restart after \(reboots + restarts) reboot commands\(why)"
            return .record(.restartGivenUp(StepFailure(.rebootFailed, text)))
        }
        guard now < order.window.cutoff else {
            let text = "asked for a restart after the window's cutoff \(order.window.cutoff)\(why)"
            return .record(.restartGivenUp(StepFailure(.windowClosed, text)))
        }
        return mayReboot(by: now) ? .record(.restarting(boot)) : .askForSlot
    }
}
