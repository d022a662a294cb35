import Time

extension Cycle {
    /// The checks of the open gate and how far they have come, as the definition lists them; none when no gate is open.
    package var openChecks: [(check: GateCheck, progress: CheckProgress)] {
        guard step == .gate, abort == nil, let gate = currentStage?.gate, gate.passedAt == nil else { return [] }
        return Array(zip(currentGateRule?.checks ?? [], gate.checks ?? []))
    }

    /// The check of the question that a worker is to ask; nil when nobody waits for its answer any more.
    package func check(stage: String, name: String, round: Int) -> GateCheck? {
        guard stage == currentStage?.name else { return nil }
        return openChecks.first { $0.check.name == name && $0.progress.round == round }?.check
    }

    /// Whether no check keeps the open gate from being passed.
    func checksHold(at moment: Timestamp) -> Bool {
        openChecks.allSatisfy { check, progress in progress.holds(check, at: moment) }
    }

    /// The first check that failed too often in a row, unless a person let it.
    var failedCheck: (check: GateCheck, progress: CheckProgress)? {
        openChecks.first { check, progress in progress.waiver == nil && progress.failuresInARow >= check.failures }
    }

    /// Asks the open gate's checks, all of them or one, from a moment on.
    func ask(_ name: String? = nil, notBefore moment: Timestamp) -> [CycleEffect] {
        guard let stage = currentStage else { return [] }
        return openChecks.filter { name == nil || $0.check.name == name }.map { check, progress in
            .later(.checkGate(stage: stage.name, check: check.name, round: progress.round), notBefore: moment)
        }
    }

    /// When the check is asked next: at the soak's end, too, so that the gate need not wait for longer.
    func nextAsking(of name: String, after moment: Timestamp) -> Timestamp {
        let check = openChecks.first { $0.check.name == name }?.check
        let next = moment + .seconds(check?.everySeconds ?? GateCheck.defaultEverySeconds)
        guard let soakUntil = currentStage?.gate?.soakUntil, moment < soakUntil else { return next }
        return min(next, soakUntil)
    }
}
