import Time

extension Association {
    package mutating func evolve(_ event: AssociationEvent) {
        clock = max(clock, event.at)
        switch event {
        case .configured(let configuration, let next, _, let at): configure(configuration, next, at)
        case .deleted:
            // What is at work comes to its end by itself; the log has all of it.
            self = Association(name: name)
            isDeleted = true
            clock = event.at
        case .startRequested: isDue = true
        case .executionStarted(let number, let next, let at):
            (nextAt, isDue) = (next, false)
            add(AssociationExecution(number: number, version: versions.last?.number ?? 0, startedAt: at))
        case .executionSkipped(let number, let next, let at):
            nextAt = next
            var skipped = AssociationExecution(number: number, version: versions.last?.number ?? 0, startedAt: at)
            (skipped.endedAt, skipped.status) = (at, .skippedOverlapping)
            add(skipped)
        case .commandSent(let number, _): update(number) { $0.isSent = true }
        case .executionEnded(let number, let status, let details, let at):
            update(number) { ($0.status, $0.details, $0.endedAt) = (status, details, at) }
            if status == .success { lastSuccessAt = at }
            executions.forget(at)
        }
    }

    package func effects(of event: AssociationEvent) -> [CommandEffect<AssociationPlace>] {
        guard case .executionStarted(let number, _, _) = event else { return [] }
        return [.sendCommand(AssociationPlace(association: id, execution: number))]
    }

    // MARK: - Steps

    private mutating func configure(_ configuration: AssociationConfiguration, _ next: Timestamp?, _ at: Timestamp) {
        // Tags are no version of it.
        if configuration.settings != self.configuration?.settings {
            let number = (versions.last?.number ?? 0) + 1
            versions.append(AssociationVersion(number: number, settings: configuration.settings, createdAt: at))
            versions.removeFirst(max(0, versions.count - Self.mostVersions))
            isDue = isDue || configuration.settings.runsWhenChanged
        }
        self.configuration = configuration
        nextAt = next
        revision += 1
        createdAt = createdAt ?? at
    }

    private mutating func add(_ execution: AssociationExecution) {
        count = execution.number
        executions.append(execution)
        executions.forget(execution.startedAt)
    }

    private mutating func update(_ number: Int, _ change: (inout AssociationExecution) -> Void) {
        guard let index = executions.firstIndex(where: { $0.number == number }) else { return }
        change(&executions[index])
    }
}
