extension Cycle {
    package func effects(of event: CycleEvent) -> [CycleEffect] {
        switch event {
        case .stageOpened, .lanesAskedAgain: awaitedTask.map { [.task($0)] } ?? []
        case .stageEnded: step == .freezingPlan ? [.task(.freezePlan)] : []
        case .lanesOpened:
            if let abort {
                tellLanes(.abort(reason: abort.reason, by: abort.by, revision: revision))
            } else {
                // They were opened paused: what holds the cycle holds them.
                hold == nil ? tellLanes(resume(by: startedBy)) : []
            }
        // The rates of a command are each lane's own: one that halts ends, and the others go on.
        case .laneHalted where start?.command != nil: []
        case .laneHalted, .paused, .taskFailed, .patchRejected: tellLanes(.pause(revision: revision))
        case .resumed(let by, _, let task, _):
            (task.map { [.task($0)] } ?? []) + tellLanes(resume(by: by)) + ask(notBefore: event.at)
        case .nodesCancelled(let nodes, _, _): tellLanes(.cancel(nodes: nodes))
        case .abortRequested(let reason, let by, _):
            tellLanes(.abort(reason: reason, by: by, revision: revision))
        case .gateOpened(_, _, _, let at): ask(notBefore: at)
        case .checkAnswered(_, let check, _, let at): ask(check, notBefore: nextAsking(of: check, after: at))
        case .completed, .aborted, .failed: start?.owner.map { [.tellOwner($0, ending)] } ?? []
        case .started, .lanesPutOff, .laneEnded, .planFrozen, .gateExceeded, .checkFailed, .approved, .gatePassed,
            .patchAccepted,
            .reportWritten:
            []
        }
    }

    /// Its lanes may have been read before nodes were cancelled, and what they are told comes in any order.
    private func resume(by person: String) -> RolloutMessage {
        .resume(revision: revision, by: person, cancelled: cancelledNodes?.sorted())
    }

    private var ending: CommandEnding {
        CommandEnding(state: state, counts: stages.reduce(HostRunCounts()) { $0 + $1.counts })
    }

    /// Every lane in work, the one that halted included: an earlier `resume` may still be on its way to it.
    private func tellLanes(_ message: RolloutMessage) -> [CycleEffect] {
        guard let stage = currentStage else { return [] }
        return stage.openLanes.map { .tell(rollout: $0.rollout, message) }
    }
}
