import AgentProtocol

/// A transaction that failed is halved until what is broken stands alone: a broken package costs itself and what needs it.
///
/// The parts are the order's patches as they come: whatever one of them needs of the others, the package manager brings with it,
/// and the simulation shows that it brings nothing else.
extension HostRun {
    /// What to install now: all that is outstanding, or the next part of it.
    func next(in survey: HostSurvey) -> [PatchReference] {
        let outstanding = outstanding(in: survey)
        guard let parts else { return outstanding }
        for part in parts.reversed() {
            let rest = part.filter(outstanding.contains)
            if !rest.isEmpty { return rest }
        }
        return []
    }

    /// Why nothing more is tried; nil when something may be.
    func reasonToStop(before patches: [PatchReference]) -> StepFailure? {
        if patches == attempt, attempts >= Self.maximumAttempts {
            return StepFailure(.interrupted, "the package transaction was interrupted \(attempts) times")
        }
        guard transactions >= Self.maximumTransactions else { return nil }
        let detail = "\(transactions) package transactions did not find all that is broken; install the rest anew"
        return StepFailure(.unknown, detail)
    }

    /// What came of a transaction, by the package manager's word.
    mutating func observe(_ complaint: StepFailure?) {
        if failure == nil { failure = complaint }
        if let complaint { lastFailure = complaint }
        let isWhole = parts == nil
        // The only patch of an order needs no more than its scan; without a complaint the whole does not either. One that is left of
        // several, as after a kill, is left out, so that the others take effect.
        let isDone = isWhole && (complaint == nil || patches.count == 1)
        guard !isDone, complaint?.isOfOnePackage ?? true else {
            phase = .transacted
            return
        }
        // Who says nothing and leaves a part as it was has nothing to do there: what was done before failed.
        self.complaint = complaint ?? lastFailure
        phase = .refreshed
    }

    /// Judges the last transaction by what is there, when all that could be completed is.
    mutating func settle(_ survey: HostSurvey) {
        guard let complaint else { return }
        self.complaint = nil
        let outstanding = outstanding(in: survey)
        let rest = attempt.filter(outstanding.contains)
        guard !rest.isEmpty else { return }
        // A package manager that was killed gets another chance before its work is halved.
        guard complaint.kind != .interrupted || attempts >= Self.maximumAttempts else { return }
        divide(rest, because: complaint, isAlone: attempt.count == 1, survey)
    }

    /// The next part cannot be installed as it is.
    mutating func dismissPart(_ survey: HostSurvey, because reason: StepFailure) {
        let part = next(in: survey)
        divide(part, because: reason, isAlone: part.count == 1, survey)
    }

    /// Leaves a patch out that failed alone, and halves more than one.
    private mutating func divide(
        _ rest: [PatchReference],
        because reason: StepFailure,
        isAlone: Bool,
        _ survey: HostSurvey
    ) {
        var others = (parts ?? []).filter { part in !part.contains(where: rest.contains) }
        if isAlone {
            leftOut += rest.map { LeftOut(patch: $0, reason: reason) }
            // They may have been for these alone; a part that needs one notes it again.
            newcomers.removeAll { survey.package(for: $0) == nil }
        } else if rest.count == 1 {
            // It was not alone: it may have failed for another one's sake.
            others.append(rest)
        } else {
            let middle = (rest.count + 1) / 2
            others += [Array(rest[middle...]), Array(rest[..<middle])]
        }
        parts = others
    }
}
