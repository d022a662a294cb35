import Time

extension MaintenanceWindow {
    package mutating func evolve(_ event: MaintenanceWindowEvent) {
        clock = max(clock, event.at)
        switch event {
        case .configured(let configuration, let next, _, let at):
            self.configuration = configuration
            nextAt = next
            revision += 1
            createdAt = createdAt ?? at
            modifiedAt = at
        case .deleted:
            // What is at work comes to its end by itself; the log has all of it.
            self = MaintenanceWindow(name: name)
            isDeleted = true
            clock = event.at
        case .executionStarted(let number, let occurrence, let next, let at):
            nextAt = next
            let tasks = configuration?.executionTasks ?? []
            add(WindowExecution(number: number, occurrence: occurrence, startedAt: at, tasks: tasks))
        case .executionSkipped(let number, let occurrence, let next, let at):
            nextAt = next
            var skipped = WindowExecution(number: number, occurrence: occurrence, startedAt: at, tasks: [])
            (skipped.endedAt, skipped.ending) = (at, .skippedOverlapping)
            add(skipped)
        case .occurrenceMissed(_, let next, _): nextAt = next
        case .invocationStarted(let place, let at):
            update(place) { ($0.status, $0.startedAt) = (.inProgress, at) }
        case .commandSent(let place, _): update(place) { $0.isSent = true }
        case .invocationEnded(let place, let status, let details, let at):
            update(place) { $0.end(status, details, at) }
        case .cutoffReached(let number, let at): update(number) { $0.cutOff(at) }
        case .cancelRequested(let number, _, let at): update(number) { $0.cancel(at) }
        case .executionEnded(let number, let status, let details, let at):
            update(number) { ($0.ending, $0.details, $0.endedAt) = (status, details, at) }
            executions.forget(at)
        }
    }

    // MARK: - Steps

    private mutating func add(_ execution: WindowExecution) {
        count = execution.number
        executions.append(execution)
        executions.forget(execution.startedAt)
    }

    private mutating func update(_ number: Int, _ change: (inout WindowExecution) -> Void) {
        guard let index = executions.firstIndex(where: { $0.number == number }) else { return }
        change(&executions[index])
    }

    private mutating func update(_ place: WindowPlace, _ change: (inout WindowInvocation) -> Void) {
        guard invocation(place) != nil else { return }
        update(place.execution) { change(&$0.tasks[place.task - 1].invocations[place.invocation - 1]) }
    }
}

extension WindowConfiguration {
    /// Those that are registered, in the order in which they run.
    fileprivate var executionTasks: [TaskExecution] {
        let ordered = tasks.enumerated().sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
        return ordered.map { _, task in
            let ids = task.windowTargets
            let registered = ids.compactMap { id in targets.first { $0.windowTargetId == id } }
            let others = task.otherTargets
            let nodes = others.isEmpty ? [] : [WindowInvocation(nodes: others)]
            return TaskExecution(task: task, invocations: registered.map { WindowInvocation($0) } + nodes)
        }
    }
}

extension WindowExecution {
    /// What has not begun is over; what is at work goes on, or is stopped where its task says so.
    fileprivate mutating func cutOff(_ at: Timestamp) {
        isPastCutoff = true
        for index in tasks.indices {
            tasks[index].stop(.timedOut, "Not started before the window's cutoff", at)
            guard tasks[index].task.cutoffBehavior == .cancelTask else { continue }
            for number in tasks[index].invocations.indices where !tasks[index].invocations[number].status.isTerminal {
                tasks[index].invocations[number].isCutOff = true
            }
        }
    }

    fileprivate mutating func cancel(_ at: Timestamp) {
        isCancelled = true
        for index in tasks.indices {
            tasks[index].stop(.cancelled, "Cancelled", at)
            for number in tasks[index].invocations.indices where !tasks[index].invocations[number].status.isTerminal {
                tasks[index].invocations[number].status = .cancelling
            }
        }
    }
}

extension TaskExecution {
    /// Ends what waits.
    fileprivate mutating func stop(_ status: ExecutionStatus, _ details: String, _ at: Timestamp) {
        for index in invocations.indices where invocations[index].status == .pending {
            invocations[index].end(status, details, at)
        }
    }
}

extension WindowInvocation {
    fileprivate mutating func end(_ status: ExecutionStatus, _ details: String?, _ at: Timestamp) {
        (self.status, self.details, endedAt) = (status, details, at)
    }
}
