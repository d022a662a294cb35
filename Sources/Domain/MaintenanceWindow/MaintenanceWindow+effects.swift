extension MaintenanceWindow {
    /// What the event asks of the world; `self` is the state right after it.
    package func effects(of event: MaintenanceWindowEvent) -> [CommandEffect<WindowPlace>] {
        switch event {
        case .invocationStarted(let place, _): return [.sendCommand(place)]
        case .commandSent(let place, _):
            // It was to stop before it was there to be told.
            return invocation(place)?.isStopped == true ? [stop(place)] : []
        case .cutoffReached(let number, _), .cancelRequested(let number, _, _):
            return stopped(number).map(stop)
        case .configured, .deleted, .executionStarted, .executionSkipped, .occurrenceMissed, .invocationEnded,
            .executionEnded:
            return []
        }
    }

    // MARK: - Steps

    private func stop(_ place: WindowPlace) -> CommandEffect<WindowPlace> {
        let isCancelled = execution(place.execution)?.isCancelled == true
        let reason =
            isCancelled
            ? "the execution of the maintenance window \(id) was cancelled"
            : "the maintenance window \(id) has reached its cutoff"
        return .stopCommand(place, reason: reason)
    }

    /// Those of the execution that were sent and are to stop.
    private func stopped(_ number: Int) -> [WindowPlace] {
        guard let execution = execution(number) else { return [] }
        var places: [WindowPlace] = []
        for (index, task) in execution.tasks.enumerated() {
            for (number, invocation) in task.invocations.enumerated()
            where invocation.isStopped && invocation.isSent && !invocation.status.isTerminal {
                let place = WindowPlace(
                    window: id,
                    execution: execution.number,
                    task: index + 1,
                    invocation: number + 1
                )
                places.append(place)
            }
        }
        return places
    }
}
