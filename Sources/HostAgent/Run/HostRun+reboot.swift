import AgentProtocol
import Time

extension HostRun {
    /// Whether it is this run's reboot that leads out of the boot.
    func leaves(_ boot: BootFacts) -> Bool {
        if let from = documents.restartsFrom { return from.bootID == boot.bootID }
        return switch phase {
        case .rebooting, .rebootInDoubt: rebootFrom?.bootID == boot.bootID
        case .received, .accepted, .refreshed, .surveyed, .repairing, .simulated, .unsimulated, .downloaded,
            .installing, .transacted, .scanned, .verifying, .verified, .failed, .ended:
            false
        }
    }

    /// When the reboot was asked for that leads out of the boot; nil when none was, or it is in doubt already.
    func rebootAsked(in boot: BootFacts) -> Timestamp? {
        if case .restarting(let from) = documents.current?.phase { return from.bootID == boot.bootID ? clock : nil }
        return phase == .rebooting && rebootFrom?.bootID == boot.bootID ? clock : nil
    }

    /// The proof of the reboot by what is known now; nil when the run did not reboot.
    var rebootResult: RebootResult? {
        guard let evidence = rebootEvidence else { return nil }
        let (outcome, missing) = (evidence.outcome, evidence.missing)
        return RebootResult(
            before: evidence.before,
            after: evidence.after,
            outcome: outcome,
            reasons: rebootReasons,
            missing: missing.isEmpty ? nil : missing,
            isKernelOrdered: outcome == .oldKernel ? evidence.isKernelOrdered : nil
        )
    }

    /// What there is to tell of the reboot after an event that the run has applied.
    func bootReport(after event: HostRunEvent) -> BootReport? {
        guard let rebootFrom else { return nil }
        var report = BootReport(
            at: clock,
            order: order.id,
            outcome: .announced,
            before: rebootFrom,
            after: nil,
            expectedKernel: expectedKernel,
            reasons: rebootReasons
        )
        switch event {
        case .rebooting where reboots == 1:
            report.condition = condition
        case .ended:
            guard let result = rebootResult, let outcome = BootReport.Outcome(rawValue: result.outcome.rawValue) else {
                return nil
            }
            // Nobody has looked yet at what the host offers: a proof of less is none.
            guard outcome != .confirmed || losses != nil || condition == nil else { return nil }
            report.outcome = outcome
            report.after = result.after
            report.missing = result.missing ?? []
        case .accepted, .resumed, .observed, .stopped, .repairing, .installing, .slotGranted, .slotReleased, .rebooting,
            .verifying, .opening, .stepping, .restarting, .restarted, .restartGivenUp, .withdrawn:
            return nil
        }
        return report
    }

    // MARK: - Steps

    private var rebootReasons: [String] { scanBeforeReboot?.rebootReasons ?? [] }

    private var expectedKernel: String? { scanBeforeReboot?.pendingKernel ?? rebootFrom?.kernel }

    private var rebootEvidence: RebootEvidence? {
        guard let before = rebootFrom, let expectedKernel else { return nil }
        let after = rebootTo ?? before
        // Without a look at the host in its new boot, only the boot itself speaks.
        let survey = current.flatMap { $0.boot.bootID == after.bootID ? $0 : nil }
        return RebootEvidence(
            before: before,
            after: after,
            expectedKernel: expectedKernel,
            pendingKernel: survey?.pendingKernel,
            isKernelOrdered: (patches + newcomers).contains(where: \.isKernel),
            losses: losses ?? []
        )
    }
}

extension PatchReference {
    /// A package that holds a kernel, by the names of Debian's family and of Red Hat's.
    fileprivate var isKernel: Bool {
        if name == "kernel" || name == "kernel-core" || name.hasPrefix("linux-image-") { return true }
        return name.hasPrefix("kernel") && name.dropFirst("kernel".count).first?.isNumber == true
    }
}
