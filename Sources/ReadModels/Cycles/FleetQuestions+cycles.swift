import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Postgres
package import Time

extension FleetQuestions {
    /// All cycles, the latest first.
    package func cycles() async throws -> [CycleSummary] {
        try await projector.catchUp()
        return try await client.query(Self.selectCycles()).map { row in
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

    /// The cycle with its stages, lanes and hosts, as it is or as it was at a time: folded from its streams.
    ///
    /// - Throws: ``Problem`` 404 for a cycle that is unknown, or had not started then.
    package func cycle(_ id: String, at moment: Timestamp?) async throws -> CycleView {
        let cycle = try await cycleState(id, at: moment)
        var rollouts: [String: Rollout] = [:]
        for lane in cycle.stages.flatMap(\.lanes) {
            let folded = try await reader.fold(
                DomainDecider<Rollout>.withoutEffects,
                Rollout.stream(lane.rollout),
                upTo: moment
            )
            rollouts[lane.rollout] = folded?.state
        }
        let nodes = rollouts.values.flatMap { $0.spec?.targets ?? [] }
        let names = try await names(of: Array(Set(nodes)).sorted())
        return CycleViewBuilder(id: id, cycle: cycle, rollouts: rollouts, names: names, now: moment ?? now()).view
    }

    func cycleState(_ id: String, at moment: Timestamp?) async throws -> Cycle {
        let stream = Cycle.stream(id)
        guard let cycle = try await reader.fold(DomainDecider<Cycle>.withoutEffects, stream, upTo: moment)?.state else {
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
        ORDER BY started_at DESC, id
        """
    )
}
