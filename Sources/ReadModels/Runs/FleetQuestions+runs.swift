import AgentProtocol
import Domain
import DurableStreams
import PatchStreams

extension FleetQuestions {
    /// What the documents of a cycle did, host by host; of its stages those that run any.
    ///
    /// - Throws: ``Problem`` 404 for a cycle that is unknown or runs no document.
    package func run(_ id: String, _ detail: RunDetail = .hosts()) async throws -> RunView {
        let cycle = try await cycleState(id, at: nil)
        let isCommand = cycle.start?.command != nil
        let stages = (cycle.start?.definition.stages ?? []).filter { !$0.documents.isEmpty || isCommand }
        guard let documents = try DocumentView.all(of: stages) ?? (isCommand ? [] : nil) else {
            let detail = "cycle \(id) runs no document; `ringmaster cycle show \(id)` shows what it does"
            throw Problem(status: 404, code: "run-not-found", detail: detail)
        }
        let shown = Set(stages.map(\.name))
        var counts = HostRunCounts()
        var rollouts: [String: Rollout] = [:]
        var invocations: [InvocationView] = []
        for stage in cycle.stages where shown.contains(stage.name) {
            for lane in stage.lanes {
                let stream = Rollout.stream(lane.rollout)
                let folded = try await reader.fold(DomainDecider<Rollout>.withoutEffects, stream)
                guard let rollout = folded?.state else { continue }
                counts = counts + rollout.counts
                rollouts[lane.rollout] = rollout
                if case .hosts(let output) = detail {
                    invocations += try await self.invocations(of: rollout, stream, stage: stage.name, outputOf: output)
                }
            }
        }
        var view = RunView(
            id: id,
            workflow: cycle.start?.definition.name ?? "",
            state: cycle.state.rawValue,
            reason: cycle.failure ?? cycle.abort?.reason ?? cycle.hold?.reason ?? cycle.lanesWait?.reason,
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
        if let command = CommandState(id, cycle, rollouts) { view.count(as: command) }
        return view
    }

    // MARK: - Steps

    /// How a host ended.
    private struct Ending {
        var cause: String?
        var detail: String?
        var steps: [StepView]
    }

    private func invocations(
        of rollout: Rollout,
        _ stream: StreamID,
        stage: String,
        outputOf wanted: String?
    ) async throws -> [InvocationView] {
        let targets = rollout.spec?.targets ?? []
        let names = try await names(of: targets)
        let endings = try await endings(in: stream) { index in
            guard let wanted, targets.indices.contains(index) else { return false }
            return targets[index] == wanted || names[targets[index]] == wanted
        }
        return zip(targets, rollout.hostStates).enumerated().map { index, target in
            let (node, state) = target
            let ending = state.isTerminal ? endings[index] : nil
            return InvocationView(
                node: node,
                name: names[node] ?? node,
                stage: stage,
                state: state.name,
                status: RunStatus(of: state, failure: ending?.cause, isHalted: rollout.haltErrors != nil),
                detail: ending?.detail,
                steps: ending?.steps ?? []
            )
        }
    }

    /// What hosts told last is in the lane's events alone: they are read a commit at a time, and of what steps said that alone
    /// is kept which is asked for.
    private func endings(in stream: StreamID, keepsOutput: (Int) -> Bool) async throws -> [Int: Ending] {
        let decider = DomainDecider<Rollout>.withoutEffects
        var endings: [Int: Ending] = [:]
        try await reader.forEachCommit(of: stream) { commit in
            for stored in try commit.storedEvents() {
                guard case .hostReported(let report, _) = try decider.decode(stored.event),
                    let (cause, detail) = report.fact.ending
                else { continue }
                let steps = (report.steps ?? []).map { StepView($0, withOutput: keepsOutput(report.index)) }
                endings[report.index] = Ending(cause: cause, detail: detail, steps: steps)
            }
        }
        return endings
    }
}

extension HostFact {
    /// Of a terminal fact, the class of its failure and what it was about; nil for another fact.
    var ending: (cause: String?, detail: String?)? {
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
    init(_ outcome: StepOutcome, withOutput: Bool) {
        self.init(
            hook: outcome.hook?.rawValue,
            name: outcome.name,
            state: outcome.state.rawValue,
            exitCode: outcome.exitCode,
            milliseconds: outcome.milliseconds,
            attempts: outcome.attempts,
            output: withOutput ? outcome.output : nil
        )
    }
}

extension RunView {
    /// A node of a command counts once, however many stages it goes through.
    fileprivate mutating func count(as command: CommandState) {
        let counts = command.counts
        status = command.status(counts)
        (targets, completed, errors) = (counts.targets, counts.completed, counts.errors)
    }
}
