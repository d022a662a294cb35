import AgentProtocol

/// How far the documents of a run have come: the part of its fold that knows nothing of packages.
///
/// Steps run one after the other; the first that fails ends its document. The exit codes 168 and 169 end it with success and with
/// failure, 194 (3010 on Windows) asks for a restart of the host, after which the same step begins anew: SSM's contract.
struct DocumentProgress: Equatable, Sendable {
    /// Where the step under way stands.
    enum Phase: Equatable, Sendable {
        /// To be begun, or begun again.
        case due
        /// Its beginning is in the journal.
        case begun
        /// It asked for a restart of the host.
        case wantsRestart
        /// The reboot command is about to be run in this boot.
        case restarting(from: BootFacts)
        /// The reboot command ran, or may have; the host is still in the same boot as far as is known.
        case restartInDoubt(from: BootFacts, detail: String)
    }

    struct Current: Equatable, Sendable {
        var document: Order.Document
        var place: StepPlace
        var phase = Phase.due
        var attempts = 0
        /// What the step came to before it was begun again.
        var lastRun: StepRun?

        var step: Order.Step { document.steps[place.index] }
        var task: StepTask { StepTask(place: place, document: document.name, step: step, attempt: attempts) }
    }

    /// nil while no document is under way.
    private(set) var current: Current?
    /// Of the documents that were opened; nil stands for the order's own.
    private(set) var opened: Set<Order.Hook?> = []
    private(set) var results: [StepResult] = []
    /// The first failure of a step.
    private(set) var failure: StepFailure?

    /// The boot that a restart of this run leads out of.
    var restartsFrom: BootFacts? {
        switch current?.phase {
        case .restarting(let boot), .restartInDoubt(let boot, _): boot
        case .due, .begun, .wantsRestart, nil: nil
        }
    }

    // MARK: - Events

    mutating func open(_ document: Order.Document, of hook: Order.Hook?) {
        opened.insert(hook)
        current = Current(document: document, place: StepPlace(hook: hook, index: 0))
        passOver()
    }

    mutating func begin() {
        current?.attempts += 1
        current?.phase = .begun
    }

    /// What was under way when the process ended may have happened, in part or whole: the step begins anew.
    mutating func resume() {
        switch current?.phase {
        case .begun: current?.phase = .due
        case .restarting(let boot):
            current?.phase = .restartInDoubt(from: boot, detail: "the agent ended while it ran the reboot command")
        case .due, .wantsRestart, .restartInDoubt, nil: break
        }
    }

    mutating func observe(_ run: StepRun) {
        guard let current, current.phase == .begun else { return }
        guard run.isCancelled != true else { return end(run, .cancelled, .cancelled, "was cancelled") }
        guard run.complaint == nil, !run.isTimedOut, let code = run.exitCode else {
            let kind = run.isTimedOut ? FailureKind.timeout : .script
            return end(run, run.isTimedOut ? .timedOut : .failed, kind, run.complaint ?? "did not end in time")
        }
        switch code {
        case Order.Step.Platform.restartCode:
            self.current?.lastRun = run
            self.current?.phase = .wantsRestart
        case 168: end(run, .succeeded, isLast: true)
        case 169: end(run, .failed, .script, "ended the document with exit code 169")
        case _ where current.step.successCodes.contains(code): end(run, .succeeded)
        default: end(run, .failed, .script, "ended with exit code \(code)")
        }
    }

    /// The host could not do what the step needs.
    mutating func observe(_ failure: StepFailure) {
        guard let current else { return }
        switch current.phase {
        // Cut off, the reboot command may have run; whatever else failed, it did not.
        case .restarting(let boot) where failure.kind == .interrupted:
            self.current?.phase = .restartInDoubt(from: boot, detail: failure.detail)
        case .restarting: giveUpRestart(failure)
        case .begun: end(StepRun(exitCode: nil), .failed, failure.kind, failure.detail)
        case .due, .wantsRestart, .restartInDoubt: break
        }
    }

    mutating func restart(from boot: BootFacts) { current?.phase = .restarting(from: boot) }

    /// The reboot command ended, and this process did not.
    mutating func outlive(_ detail: String) {
        guard case .restarting(let boot) = current?.phase else { return }
        current?.phase = .restartInDoubt(from: boot, detail: detail)
    }

    /// The document goes no further.
    mutating func abandon() { current = nil }

    mutating func restarted() { current?.phase = .due }

    mutating func giveUpRestart(_ failure: StepFailure) {
        let run = current?.lastRun ?? StepRun(exitCode: nil)
        end(run, .notRestarted, failure.kind, failure.detail)
    }

    // MARK: - Steps

    private mutating func end(_ run: StepRun, _ state: StepResult.State, isLast: Bool = false) {
        guard let current else { return }
        note(current, run, state)
        advance(isLast: isLast)
    }

    private mutating func end(
        _ run: StepRun,
        _ state: StepResult.State,
        _ kind: FailureKind,
        _ detail: String
    ) {
        guard let current else { return }
        note(current, run, state)
        let hook = current.place.hook.map { "\($0.rawValue) " } ?? ""
        let output = run.output.isEmpty ? "" : ": \(run.output)"
        let title = "step \(current.step.name) of \(hook)document \(current.document.name)"
        if failure == nil { failure = StepFailure(kind, "\(title) \(detail)\(output)") }
        self.current = nil
    }

    private mutating func note(_ current: Current, _ run: StepRun, _ state: StepResult.State) {
        results.append(
            StepResult(
                hook: current.place.hook,
                name: current.step.name,
                state: state,
                exitCode: run.exitCode,
                milliseconds: run.milliseconds,
                attempts: current.attempts,
                output: run.output
            )
        )
    }

    private mutating func advance(isLast: Bool) {
        guard let done = current else { return }
        guard !isLast, done.place.index + 1 < done.document.steps.count else {
            current = nil
            return
        }
        let next = StepPlace(hook: done.place.hook, index: done.place.index + 1)
        current = Current(document: done.document, place: next)
        passOver()
    }

    /// Steps for other platforms.
    private mutating func passOver() {
        while let next = current {
            guard next.document.steps.indices.contains(next.place.index) else {
                current = nil
                return
            }
            guard let platform = next.step.platform, platform != .current else { return }
            note(next, StepRun(exitCode: nil), .skipped)
            current?.place.index += 1
        }
    }
}
