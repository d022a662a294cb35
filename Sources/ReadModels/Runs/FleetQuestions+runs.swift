import AgentProtocol
import Domain
import DurableStreams
import PatchStreams

extension FleetQuestions {
    /// What the documents of a cycle did, host by host; of its stages those that run any.
    ///
    /// - Throws: ``Problem`` 404 for a cycle that is unknown or runs no document.
    package func run(_ id: String) async throws -> RunView {
        let cycle = try await cycleState(id, at: nil)
        let stages = (cycle.start?.definition.stages ?? []).filter { !$0.documents.isEmpty }
        guard let documents = try DocumentView.all(of: stages) else {
            let detail = "cycle \(id) runs no document; `ringmaster cycle show \(id)` shows what it does"
            throw Problem(status: 404, code: "run-not-found", detail: detail)
        }
        let shown = Set(stages.map(\.name))
        var counts = HostRunCounts()
        var invocations: [InvocationView] = []
        for stage in cycle.stages where shown.contains(stage.name) {
            for lane in stage.lanes {
                let part = try await lanePart(lane, of: stage.name)
                counts = counts + part.counts
                invocations += part.invocations
            }
        }
        let names = try await names(of: Array(Set(invocations.map(\.node))).sorted())
        for index in invocations.indices {
            invocations[index].name = names[invocations[index].node] ?? invocations[index].node
        }
        return RunView(
            id: id,
            workflow: cycle.start?.definition.name ?? "",
            state: cycle.state.rawValue,
            reason: cycle.failure ?? cycle.abort?.reason ?? cycle.hold?.reason,
            status: RunStatus(of: cycle.state, counts),
            startedAt: cycle.startedAt ?? now(),
            startedBy: cycle.startedBy,
            endedAt: cycle.endedAt,
            documents: documents,
            targets: counts.total,
            completed: counts.terminal,
            errors: counts.failed,
            invocations: invocations
        )
    }

    // MARK: - Steps

    private struct LanePart {
        var counts = HostRunCounts()
        var invocations: [InvocationView] = []
    }

    /// One pass over the lane's events: its state is their fold, and what hosts told last is in them alone.
    private func lanePart(_ lane: Lane, of stage: String) async throws -> LanePart {
        let decider = DomainDecider<Rollout>.withoutEffects
        var rollout = Rollout()
        var endings: [Int: HostReport] = [:]
        for stored in try await reader.events(of: Rollout.stream(lane.rollout)) {
            let event = try decider.decode(stored.event)
            rollout.evolve(event)
            if case .hostReported(let report, _) = event, report.fact.ending != nil { endings[report.index] = report }
        }
        let isHalted = rollout.haltErrors != nil
        let targets = zip(rollout.spec?.targets ?? [], rollout.hostStates).enumerated()
        let invocations = targets.map { index, target in
            let (node, state) = target
            let ending = endings[index]
            return InvocationView(
                node: node,
                name: node,
                stage: stage,
                state: state.name,
                status: RunStatus(of: state, failure: ending?.fact.ending?.cause, isHalted: isHalted),
                detail: ending?.fact.ending?.detail,
                steps: ending?.steps?.map(StepView.init) ?? []
            )
        }
        return LanePart(counts: rollout.counts, invocations: invocations)
    }
}

extension HostFact {
    /// Of a terminal fact, the class of its failure and what it was about; nil for another fact.
    fileprivate var ending: (cause: String?, detail: String?)? {
        switch self {
        case .accepted, .installing, .rebooting, .verifying: nil
        case .scanned, .installed: (nil, nil)
        case .refused(let cause, let detail): (cause.rawValue, detail)
        case .ran(let failure, let detail): (failure?.rawValue, detail)
        case .failed(let failure, let detail, _, _): (failure.rawValue, detail)
        }
    }
}

extension StepView {
    init(_ outcome: StepOutcome) {
        self.init(
            hook: outcome.hook?.rawValue,
            name: outcome.name,
            state: outcome.state.rawValue,
            exitCode: outcome.exitCode,
            milliseconds: outcome.milliseconds,
            attempts: outcome.attempts,
            output: outcome.output
        )
    }
}
