package import Time

extension MaintenanceWindow {
    package func decide(
        _ message: MaintenanceWindowMessage,
        now: Timestamp,
        actor: String,
        timing: OccurrenceTiming<WindowSettings>
    ) throws(MaintenanceWindowRefusal) -> [MaintenanceWindowEvent] {
        var draft = WindowDraft(state: self, now: max(now, clock), timing: timing)
        try draft.receive(message, actor: actor)
        draft.advance()
        return draft.events
    }
}

/// A window while it decides: each event is folded in at once, so that what follows from it can be judged by the state after it.
private struct WindowDraft {
    private(set) var state: MaintenanceWindow
    private(set) var events: [MaintenanceWindowEvent] = []
    let now: Timestamp
    let timing: OccurrenceTiming<WindowSettings>

    init(state: MaintenanceWindow, now: Timestamp, timing: OccurrenceTiming<WindowSettings>) {
        self.state = state
        self.now = now
        self.timing = timing
    }

    mutating func receive(_ message: MaintenanceWindowMessage, actor: String) throws(MaintenanceWindowRefusal) {
        switch message {
        case .configure(let configuration, let revision):
            try configure(configuration, revision, by: actor)
        case .delete:
            if state.configuration != nil { record(.deleted(by: actor, at: now)) }
        case .cancel(let number):
            guard let execution = state.execution(number) else { throw .unknownExecution(number) }
            guard execution.endedAt == nil, !execution.isCancelled else { return }
            record(.cancelRequested(execution: number, by: actor, at: now))
        case .commandSent(let place):
            guard let invocation = state.running(place), !invocation.isSent else { return }
            record(.commandSent(place, at: now))
        case .commandRefused(let place, let reason):
            guard let invocation = state.running(place), !invocation.isSent else { return }
            let status = invocation.statusIfStopped ?? .failed
            let details = String(reason.prefix(CommandEnding.longestDetails))
            record(.invocationEnded(place, status, details: details, at: now))
        case .commandEnded(let command, let ending):
            guard let place = WindowPlace(command), let invocation = state.running(place) else { return }
            let (status, details) = ending.outcome(of: invocation)
            record(.invocationEnded(place, status, details: details, at: now))
        case .wake: wake()
        }
    }

    /// Records what follows by itself from the state, until nothing does.
    mutating func advance() {
        while let event = nextEvent { record(event) }
    }

    // MARK: - Steps

    private static let nothingToDo = "No tasks to execute."
    private static let someFailed = "One or more tasks in the orchestration failed."

    private mutating func record(_ event: MaintenanceWindowEvent) {
        state.evolve(event)
        events.append(event)
    }

    private mutating func configure(
        _ configuration: WindowConfiguration,
        _ revision: Int,
        by actor: String
    ) throws(MaintenanceWindowRefusal) {
        guard !state.isDeleted else { throw .unknownWindow }
        guard revision == state.revision else { throw .changedMeanwhile }
        guard configuration != state.configuration else { return }
        let (settings, created) = (configuration.settings, state.createdAt ?? now)
        if let problem = timing.problem(settings, created) { throw .unfit(problem) }
        record(.configured(configuration, next: timing.next(settings, created, now), by: actor, at: now))
    }

    private mutating func wake() {
        if let active = state.active, !active.isPastCutoff, active.occurrence.cutoff <= now {
            record(.cutoffReached(execution: active.number, at: now))
            advance()
        }
        while let settings = state.configuration?.settings, let due = state.nextAt, due <= now {
            let occurrence = settings.occurrence(opening: due)
            guard now < occurrence.cutoff else {
                // Of those that have passed meanwhile, one may still be open.
                let open = now - .seconds((settings.duration - settings.cutoff) * 3_600)
                record(.occurrenceMissed(occurrence, next: next(settings, after: max(due, open)), at: now))
                continue
            }
            let (number, next) = (state.count + 1, next(settings, after: now))
            guard state.active == nil else {
                record(.executionSkipped(number: number, occurrence, next: next, at: now))
                continue
            }
            record(.executionStarted(number: number, occurrence, next: next, at: now))
        }
    }

    private func next(_ settings: WindowSettings, after moment: Timestamp) -> Timestamp? {
        timing.next(settings, state.createdAt ?? now, moment)
    }

    private var nextEvent: MaintenanceWindowEvent? {
        guard let execution = state.active else { return nil }
        if let (task, invocation) = execution.startable {
            let place = WindowPlace(
                window: state.id,
                execution: execution.number,
                task: task + 1,
                invocation: invocation + 1
            )
            return .invocationStarted(place, at: now)
        }
        guard execution.tasks.allSatisfy(\.status.isTerminal) else { return nil }
        let statuses = execution.tasks.map(\.status)
        let status = execution.isCancelled ? .cancelled : ExecutionStatus(of: statuses)
        let details = statuses.isEmpty ? Self.nothingToDo : status == .failed ? Self.someFailed : nil
        return .executionEnded(number: execution.number, status, details: details, at: now)
    }
}

extension MaintenanceWindow {
    /// The invocation, if it has begun and not ended.
    fileprivate func running(_ place: WindowPlace) -> WindowInvocation? {
        guard let invocation = invocation(place), invocation.status == .inProgress || invocation.status == .cancelling
        else { return nil }
        return invocation
    }
}

extension WindowExecution {
    /// The indices of a task and of its invocation that can start now.
    fileprivate var startable: (task: Int, invocation: Int)? {
        guard let priority = tasks.lazy.filter({ !$0.status.isTerminal }).map(\.task.priority).min() else { return nil }
        let running = tasks.flatMap(\.invocations).filter { $0.status == .inProgress || $0.status == .cancelling }
        for (index, task) in tasks.enumerated() where task.task.priority == priority {
            let isAtWork = task.invocations.contains { $0.status == .inProgress || $0.status == .cancelling }
            guard !isAtWork, let next = task.invocations.firstIndex(where: { $0.status == .pending }),
                running.allSatisfy({ $0.targets.isApart(from: task.invocations[next].targets) })
            else { continue }
            return (index, next)
        }
        return nil
    }
}

extension CommandEnding {
    /// One that was stopped says by what.
    fileprivate func outcome(of invocation: WindowInvocation) -> (status: ExecutionStatus, details: String) {
        guard state == .aborted else { return outcome }
        let details = invocation.isCutOff ? "Cancelled at the cutoff" : outcome.details
        return (invocation.statusIfStopped ?? outcome.status, details)
    }
}
