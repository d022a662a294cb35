import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Postgres
package import Time

extension FleetQuestions {
    /// Cycles, the latest first.
    ///
    /// - Parameter after: the id of the last cycle before them; nil begins with the latest.
    package func cycles(
        after: String? = nil,
        limit: Int = Listing<CycleSummary>.maximumCount
    ) async throws -> [CycleSummary] {
        try await projector.catchUp()
        return try await client.query(Self.selectCycles(.text(after), .int64(Int64(limit)))).map { row in
            CycleSummary(
                id: try row.get(0),
                workflow: try row.get(1),
                state: try row.get(2),
                stage: try row.get(3),
                startedAt: try row.get(4),
                endedAt: try row.get(5),
                planDigest: try row.get(6)
            )
        }
    }

    /// The ids of cycles that have not ended, and behind them of those that ended after a time, the latest first; no one-off runs.
    package func cycles(openOrEndedAfter end: Timestamp, limit: Int) async throws -> [String] {
        try await projector.catchUp()
        let parameters: [Parameter] = [
            .text(WorkflowDefinition.oneOffRun), .timestamp(end), .int64(Int64(limit)),
        ]
        return try await client.query(Statement(Self.selectOpenOrEnded, parameters)).map { try $0.get(0) }
    }

    /// The cycle with its stages and lanes, as it is or as it was at a time: folded from its streams.
    ///
    /// - Parameter hosts: whether every host is in it, or those alone that lanes name as failed.
    /// - Throws: ``Problem`` 404 for a cycle that is unknown, or had not started then.
    package func cycle(_ id: String, at moment: Timestamp?, hosts: Bool) async throws -> CycleView {
        let cycle = try await cycleState(id, at: moment)
        let rollouts = try await rollouts(cycle.stages.flatMap(\.lanes).map(\.rollout), at: moment)
        let nodes = rollouts.values.flatMap { hosts ? $0.spec?.targets ?? [] : $0.failures.map(\.node) }
        let names = try await names(of: Array(Set(nodes)).sorted())
        return CycleViewBuilder(
            id: id,
            cycle: cycle,
            rollouts: rollouts,
            names: names,
            showsEveryHost: hosts,
            now: moment ?? now(),
            documents: try DocumentView.all(of: cycle.start?.definition.stages ?? [])
        ).view
    }

    /// - Throws: ``Problem`` 404 for an unknown cycle.
    package func checkCycle(_ id: String) async throws { _ = try await cycleState(id, at: nil) }

    /// What the cycle's frozen plan brings to whom.
    ///
    /// - Throws: ``Problem`` 404 for an unknown cycle, 409 while there is no plan; ``ContentChanged``.
    package func plan(ofCycle id: String) async throws -> PlanView {
        let cycle = try await cycleState(id, at: nil)
        guard let summary = cycle.plan, let text = try await content.verified(summary.digest) else {
            let detail = "cycle \(id) has no plan yet: it is \(cycle.state.rawValue); the plan is frozen after the scan"
            throw Problem(status: 409, code: "no-plan", detail: detail)
        }
        return PlanView(summary, try Plan(canonical: text))
    }

    /// Lanes read at a time: one with a hundred thousand hosts is some hundred kilobytes.
    private static let lanesAtOnce = 50

    private func rollouts(_ names: [String], at moment: Timestamp?) async throws -> [String: Rollout] {
        let decider = DomainDecider<Rollout>.withoutEffects
        var rollouts: [String: Rollout] = [:]
        for start in stride(from: 0, to: names.count, by: Self.lanesAtOnce) {
            let some = names[start..<min(start + Self.lanesAtOnce, names.count)]
            if let moment {
                for name in some {
                    rollouts[name] = try await reader.fold(decider, Rollout.stream(name), upTo: moment)?.state
                }
            } else {
                let states = try await reader.folds(decider, some.map { Rollout.stream($0) })
                for (name, state) in zip(some, states) { rollouts[name] = state }
            }
        }
        return rollouts
    }

    func cycleState(_ id: String, at moment: Timestamp?) async throws -> Cycle {
        let stream = Cycle.stream(id)
        guard !id.utf8.contains(0),
            let cycle = try await reader.fold(DomainDecider<Cycle>.withoutEffects, stream, upTo: moment)?.state
        else {
            let time = moment.map { " at \($0)" } ?? ""
            let detail = "there is no cycle \(id)\(time); `ringmaster cycle ls` lists those there are"
            throw Problem(status: 404, code: "cycle-not-found", detail: detail)
        }
        return cycle
    }

    // MARK: - SQL

    private static let selectCycles = SQL(
        "cycle_select",
        """
        SELECT id, workflow, state, stage, started_at, ended_at, plan_digest
        FROM cycle
        WHERE $1::text IS NULL OR (started_at, id) < (SELECT started_at, id FROM cycle WHERE id = $1)
        ORDER BY started_at DESC, id DESC
        LIMIT $2
        """
    )

    private static let selectOpenOrEnded = SQL(
        "cycle_select_open_or_ended",
        """
        SELECT id
        FROM cycle
        WHERE workflow <> $1 AND (ended_at IS NULL OR ended_at > $2)
        ORDER BY ended_at DESC NULLS FIRST, id
        LIMIT $3
        """
    )
}
