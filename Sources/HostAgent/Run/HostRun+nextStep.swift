package import AgentProtocol
package import Time

extension HostRun {
    /// What to do now.
    ///
    /// - Parameters:
    ///   - now: the host's clock: from the window's cutoff on nothing new starts.
    ///   - boot: the boot the host is in.
    package func nextStep(now: Timestamp, boot: BootFacts) -> HostRunStep {
        let now = max(now, clock)
        if outcome == nil, resumptions > Self.maximumResumptions {
            let detail = "the agent was ended \(resumptions) times in this run; look at its log and at dpkg's or dnf's"
            return .record(.ended(failed(StepFailure(.interrupted, detail), inventory: nil)))
        }
        if let withdrawal { return withdrawal }
        return documentStep(now, boot) ?? hooked(installStep(now, boot))
    }

    // MARK: - Steps

    /// What to do by the packages alone; an order to run a document has none.
    private func installStep(_ now: Timestamp, _ boot: BootFacts) -> HostRunStep {
        switch phase {
        case .received: return .record(.accepted)
        case .accepted:
            guard now >= order.window.opens else { return .wait(until: order.window.opens) }
            return if case .run = order.work { ownDocumentStep(now) } else { .perform(.refresh) }
        case .refreshed: return .perform(isScan ? .scan : .survey(isPatient: transactions > 0 || hasBegunRepair))
        case .surveyed(let survey): return afterSurvey(survey, now)
        case .repairing: return .perform(.repair(deadline: transactions > 0 ? nil : order.window.cutoff))
        case .simulated(let survey, let changes): return afterSimulation(survey, changes, now)
        case .unsimulated(let survey): return .perform(.sift(outstanding(in: survey)))
        case .downloaded(let patches): return begin(patches, now)
        case .installing(let patches): return .perform(.install(patches))
        case .transacted: return .perform(.scan)
        case .scanned(let inventory, let survey): return afterScan(inventory, survey, now, boot)
        case .rebooting: return .perform(.reboot)
        case .rebootInDoubt(let detail): return afterReboot(detail, now, boot)
        case .verifying:
            guard losses == nil, let condition else { return .perform(.scan) }
            return .perform(.settle(since: condition))
        case .verified(let inventory, let survey): return release ?? .record(.ended(verdict(inventory, survey)))
        case .failed:
            let failure = failure ?? StepFailure(.unknown, "the run stopped without a reason")
            return .record(.ended(failed(failure, inventory: inventoryBeforeReboot)))
        case .ended: return .done
        }
    }

    private func afterSurvey(_ survey: HostSurvey, _ now: Timestamp) -> HostRunStep {
        let outstanding = outstanding(in: survey)
        let hasBegun = transactions > 0
        if !survey.isConsistent, !hasRepaired, hasBegun || !outstanding.isEmpty {
            // What this run began is completed even after the cutoff: half an install is worse than a late one.
            guard hasBegun || !isPastCutoff(now) else { return .record(.stopped(windowClosed(before: "the repair"))) }
            return .record(.repairing)
        }
        let patches = next(in: survey)
        guard !patches.isEmpty else { return .perform(.scan) }
        if let reason = reasonToStop(before: patches) { return .record(.stopped(reason)) }
        return .perform(.simulate(patches))
    }

    private func afterSimulation(_ survey: HostSurvey, _ changes: [PlannedChange], _ now: Timestamp) -> HostRunStep {
        let patches = next(in: survey)
        // The archives came with the whole.
        guard parts == nil else { return begin(patches, now) }
        guard let difference = difference(between: changes, and: patches, survey) else {
            return .perform(.download(patches))
        }
        if isSiftable(survey) { return .perform(.sift(patches)) }
        guard transactions == 0 else { return .record(.stopped(StepFailure(.conflict, difference))) }
        return .record(.ended(.refused(reason: .notAsPlanned, detail: difference)))
    }

    private func begin(_ patches: [PatchReference], _ now: Timestamp) -> HostRunStep {
        .record(isPastCutoff(now) ? .stopped(windowClosed(before: "the install")) : .installing(patches))
    }

    private func afterScan(
        _ inventory: String,
        _ survey: HostSurvey,
        _ now: Timestamp,
        _ boot: BootFacts
    ) -> HostRunStep {
        if isScan { return .record(.ended(.scanned(inventory: inventory))) }
        // The package manager died and the agent did not.
        if !survey.isConsistent, !hasRepaired, transactions > 0, attempts < Self.maximumAttempts, isMendable {
            return .record(.repairing)
        }
        // Somebody else rebooted the host meanwhile: what the scan says of a reboot is out of date.
        guard survey.boot.bootID == boot.bootID else { return .perform(.scan) }
        let isAllowed = rebootPolicy == .ifNeeded && mayRebootAgain && !isPastCutoff(now)
        guard isAllowed, !survey.rebootReasons.isEmpty, isInstalled(survey) else {
            return release ?? .record(.ended(verdict(inventory, survey)))
        }
        guard mayReboot(by: now) else { return .askForSlot }
        return condition == nil ? .perform(.inspect) : .record(.rebooting(boot))
    }

    private func afterReboot(_ detail: String, _ now: Timestamp, _ boot: BootFacts) -> HostRunStep {
        guard boot.bootID == rebootFrom?.bootID else { return .record(.verifying(boot)) }
        if mayRebootAgain, !isPastCutoff(now) {
            return mayReboot(by: now) ? .record(.rebooting(boot)) : .askForSlot
        }
        let text = "the host is still in boot \(boot.bootID) after \(reboots) reboot commands: \(detail)"
        let failure = StepFailure(.rebootFailed, text)
        return .record(.ended(failed(failure, inventory: inventoryBeforeReboot)))
    }

    // MARK: - Questions

    var isScan: Bool { order.work == .scan }

    var rebootPolicy: Order.RebootPolicy {
        if case .install(_, _, _, let policy) = order.work { policy } else { .never }
    }

    var patches: [PatchReference] { order.patches }

    /// The ordered patches that are still to be installed: their package is there, older, nobody holds it, and they do not spoil
    /// the others.
    func outstanding(in survey: HostSurvey) -> [PatchReference] {
        patches.filter { patch in
            guard let package = survey.package(for: patch) else { return false }
            let isLeftOut = leftOut.contains { $0.patch == patch }
            return !package.has(patch.version) && !package.isHeld && !isLeftOut
        }
    }

    /// Whether trying the patches one by one may save some of them.
    func isSiftable(_ survey: HostSurvey) -> Bool { !hasSifted && outstanding(in: survey).count > 1 }

    /// A transaction that ended without a package's own failure may succeed when it is taken up again.
    private var isMendable: Bool { failure.map { [.interrupted, .unknown].contains($0.kind) } ?? true }

    func isPastCutoff(_ now: Timestamp) -> Bool { now >= order.window.cutoff }

    func windowClosed(before step: String) -> StepFailure {
        StepFailure(.windowClosed, "the window's cutoff \(order.window.cutoff) passed before \(step)")
    }

    /// What the simulation would do other than the order says, in words; nil when it does nothing else.
    ///
    /// - Parameter required: the patches that it must install.
    func difference(
        between changes: [PlannedChange],
        and required: [PatchReference],
        _ survey: HostSurvey
    ) -> String? {
        var differences: [String] = []
        for change in changes {
            if change.action == .remove {
                differences.append("remove \(change.name)")
            } else if change.from != nil, survey.packages.contains(where: { $0.name == change.name && $0.isHeld }) {
                // Another patch may need it, and the package manager knows nothing of the owner's wish.
                differences.append("change \(change.name), held on this host")
            } else if change.from == nil {
                guard !order.newcomers.contains(where: change.brings) else { continue }
                differences.append("newly install \(change.name) \(change.to ?? "")")
            } else if !patches.contains(where: { $0.name == change.name && $0.version == change.to }) {
                differences.append("change \(change.name) from \(change.from ?? "none") to \(change.to ?? "none")")
            }
        }
        for patch in required where !changes.contains(where: { $0.name == patch.name && $0.to == patch.version }) {
            // A package that is unpacked at this version already only has to be configured.
            guard survey.package(for: patch)?.version != patch.version else { continue }
            differences.append("leave \(patch.name) without \(patch.version)")
        }
        guard !differences.isEmpty else { return nil }
        return "the package manager would " + differences.joined(separator: ", ") + ", which was not ordered"
    }
}
