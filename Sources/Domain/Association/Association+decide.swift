package import Time

extension Association {
    package func decide(
        _ message: AssociationMessage,
        now: Timestamp,
        actor: String,
        timing: OccurrenceTiming<AssociationSettings>
    ) throws(AssociationRefusal) -> [AssociationEvent] {
        var draft = AssociationDraft(state: self, now: max(now, clock), timing: timing)
        try draft.receive(message, actor: actor)
        draft.advance()
        return draft.events
    }
}

/// An association while it decides: each event is folded in at once, so that what follows from it can be judged by the state after it.
private struct AssociationDraft {
    private(set) var state: Association
    private(set) var events: [AssociationEvent] = []
    let now: Timestamp
    let timing: OccurrenceTiming<AssociationSettings>

    init(state: Association, now: Timestamp, timing: OccurrenceTiming<AssociationSettings>) {
        self.state = state
        self.now = now
        self.timing = timing
    }

    mutating func receive(_ message: AssociationMessage, actor: String) throws(AssociationRefusal) {
        switch message {
        case .configure(let configuration, let revision): try configure(configuration, revision, by: actor)
        case .delete:
            if state.isKept { record(.deleted(by: actor, at: now)) }
        case .start:
            guard state.isKept else { throw .notFound }
            if !state.isDue { record(.startRequested(by: actor, at: now)) }
        case .commandSent(let place):
            guard let execution = state.running(place), !execution.isSent else { return }
            record(.commandSent(execution: execution.number, at: now))
        case .commandRefused(let place, let reason):
            guard let execution = state.running(place), !execution.isSent else { return }
            end(execution, .failed, String(reason.prefix(CommandEnding.longestDetails)))
        case .commandEnded(let command, let ending):
            guard let place = AssociationPlace(command), let execution = state.running(place) else { return }
            let (status, details) = ending.outcome
            end(execution, status, details)
        case .wake: wake()
        }
    }

    /// Starts what is due as soon as nothing is at work.
    mutating func advance() {
        guard state.isDue, state.active == nil else { return }
        record(.executionStarted(number: state.count + 1, next: state.nextAt, at: now))
    }

    // MARK: - Steps

    private mutating func record(_ event: AssociationEvent) {
        state.evolve(event)
        events.append(event)
    }

    private mutating func end(_ execution: AssociationExecution, _ status: ExecutionStatus, _ details: String) {
        record(.executionEnded(number: execution.number, status, details: details, at: now))
    }

    private mutating func configure(
        _ configuration: AssociationConfiguration,
        _ revision: Int,
        by actor: String
    ) throws(AssociationRefusal) {
        guard !state.isDeleted else { throw .notFound }
        guard revision == state.revision else { throw .changedMeanwhile }
        guard configuration != state.configuration else { return }
        let (settings, created) = (configuration.settings, state.createdAt ?? now)
        if let problem = timing.problem(settings, created) { throw .unfitSchedule(problem) }
        let bytes = settings.parameterBytes
        guard bytes <= AssociationSettings.mostParameterBytes else { throw .tooLarge(bytes: bytes) }
        record(.configured(configuration, next: timing.next(settings, created, now), by: actor, at: now))
    }

    /// Occurrences that passed while nobody was there are one, not many.
    private mutating func wake() {
        guard let settings = state.configuration?.settings, let due = state.nextAt, due <= now else { return }
        let (number, next) = (state.count + 1, timing.next(settings, state.createdAt ?? now, now))
        if state.active == nil {
            record(.executionStarted(number: number, next: next, at: now))
        } else {
            record(.executionSkipped(number: number, next: next, at: now))
        }
    }
}

extension Association {
    /// The execution, if it has not ended.
    fileprivate func running(_ place: AssociationPlace) -> AssociationExecution? {
        guard place.association == id, let execution = execution(place.execution), execution.endedAt == nil else {
            return nil
        }
        return execution
    }
}
