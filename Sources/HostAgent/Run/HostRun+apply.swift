import AgentProtocol
package import Time

extension HostRun {
    /// The run after the event.
    ///
    /// Total: what the journal holds happened.
    ///
    /// - Parameter moment: when the event was recorded; it becomes the report's time.
    package mutating func apply(_ event: HostRunEvent, at moment: Timestamp) {
        if outcome != nil { return }
        clock = max(clock, moment)
        switch event {
        case .accepted:
            phase = .accepted
            report(.accepted)
        case .resumed:
            resumptions += 1
            resume()
            documents.resume()
        case .observed(let outcome):
            if documents.current == nil { observe(outcome) } else { observeDocument(outcome) }
        case .stopped(let failure):
            documents.abandon()
            fail(failure)
        case .repairing:
            hasRepaired = true
            hasBegunRepair = true
            current = nil
            phase = .repairing
        case .installing(let patches): begin(patches)
        case .slotGranted(let fence, let until): slot = HeldSlot(fence: fence, until: until)
        case .slotReleased: slot = nil
        case .rebooting(let boot):
            reboots += 1
            rebootFrom = boot
            phase = .rebooting
            if reboots == 1 { report(.rebooting(boot)) }
        case .verifying(let boot):
            rebootTo = boot
            phase = .verifying(boot)
            report(.verifying(boot))
        case .opening, .stepping, .restarting, .restarted, .restartGivenUp:
            applyDocument(event)
        case .withdrawn: isWithdrawn = true
        case .ended(let fact):
            phase = .ended(fact)
            report(fact)
        }
    }

    private mutating func begin(_ patches: [PatchReference]) {
        // A part is not downloaded again.
        if case .simulated(_, let changes) = phase { note(newcomersIn: changes) }
        transactions += 1
        attempts = patches == attempt ? attempts + 1 : 1
        attempt = patches
        hasRepaired = false
        current = nil
        phase = .installing(patches)
        if transactions == 1 { report(.installing) }
    }

    mutating func report(_ fact: HostRunFact) {
        let steps = fact.isTerminal && !documents.results.isEmpty ? documents.results : nil
        reports.append(Report(order: order.id, sequence: reports.count + 1, at: clock, fact: fact, steps: steps))
    }

    /// What was under way when the process ended may have happened, in part or whole: look again.
    private mutating func resume() {
        switch phase {
        case .installing:
            phase = .refreshed
        case .repairing:
            // What was cut off has to be done again.
            hasRepaired = false
            phase = .refreshed
        case .rebooting:
            phase = .rebootInDoubt(detail: "the agent ended while it ran the reboot command")
        case .received, .accepted, .refreshed, .surveyed, .simulated, .unsimulated, .downloaded, .transacted, .scanned,
            .rebootInDoubt, .verifying, .verified, .failed, .ended:
            break
        }
    }

    private mutating func observe(_ outcome: HostRunOutcome) {
        switch outcome {
        case .refreshed:
            phase = .refreshed
        case .surveyed(let survey): observe(survey)
        case .repaired:
            phase = .refreshed
        case .simulated(let changes):
            guard case .surveyed(let survey) = phase else { return }
            if parts != nil, let difference = difference(between: changes, and: next(in: survey), survey) {
                dismissPart(survey, because: StepFailure(.conflict, difference))
            } else {
                phase = .simulated(survey, changes: changes)
            }
        case .sifted(let trials):
            observe(trials)
        case .downloaded:
            guard case .simulated(let survey, let changes) = phase else { return }
            note(newcomersIn: changes)
            phase = .downloaded(outstanding(in: survey))
        case .transacted(let complaint):
            observe(complaint)
        case .scanned(let inventory, let survey):
            observeScan(inventory, survey)
        case .inspected(let condition):
            self.condition = condition
        case .settled(let losses):
            self.losses = losses
        case .unscanned(let failure, let survey):
            current = survey
            fail(failure)
        case .stepped: break
        case .stillRunning(let detail):
            phase = .rebootInDoubt(detail: detail)
        case .failed(let failure):
            observe(failedStep: failure)
        }
    }

    private mutating func observe(_ survey: HostSurvey) {
        if before == nil { before = survey }
        current = survey
        phase = .surveyed(survey)
        if survey.isConsistent || hasRepaired { settle(survey) }
    }

    private mutating func observe(failedStep failure: StepFailure) {
        guard case .surveyed(let survey) = phase, failure.isOfOnePlan else { return fail(failure) }
        if parts != nil {
            dismissPart(survey, because: failure)
        } else if isSiftable(survey) {
            phase = .unsimulated(survey)
        } else {
            fail(failure)
        }
    }

    private mutating func note(newcomersIn changes: [PlannedChange]) {
        newcomers += order.newcomers.filter { newcomer in
            !newcomers.contains(newcomer) && changes.contains { $0.brings(newcomer) }
        }
    }

    /// Keeps the patches that go by themselves.
    private mutating func observe(_ trials: [PatchTrial]) {
        let survey: HostSurvey
        switch phase {
        case .simulated(let known, _), .unsimulated(let known): survey = known
        default: return
        }
        hasSifted = true
        for trial in trials {
            let difference = difference(between: trial.changes, and: [trial.patch], survey)
            let reason = trial.failure ?? difference.map { StepFailure(.conflict, $0) }
            if let reason { leftOut.append(LeftOut(patch: trial.patch, reason: reason)) }
        }
        phase = .surveyed(survey)
    }

    private mutating func observeScan(_ inventory: String, _ survey: HostSurvey) {
        current = survey
        if case .verifying = phase {
            phase = .verified(inventory: inventory, survey)
        } else {
            scanBeforeReboot = survey
            condition = nil
            inventoryBeforeReboot = inventory
            phase = .scanned(inventory: inventory, survey)
        }
    }

    private mutating func fail(_ failure: StepFailure) {
        lastFailure = failure
        switch phase {
        case .repairing:
            // The package that cannot be repaired may be none of the order's; the judgement will tell.
            if self.failure == nil { self.failure = failure }
            phase = .refreshed
        case .transacted, .scanned, .verifying, .verified, .rebooting, .rebootInDoubt:
            if self.failure == nil { self.failure = failure }
            phase = .failed
        case .received, .accepted, .refreshed, .surveyed, .simulated, .unsimulated, .downloaded, .installing, .failed,
            .ended:
            if self.failure == nil { self.failure = failure }
            phase = transactions > 0 ? .transacted : .failed
        }
    }
}
