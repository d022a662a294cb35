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

    /// The ids of cycles that have ended, the last end first; no one-off runs.
    package func endedCycles(limit: Int) async throws -> [String] {
        try await projector.catchUp()
        let parameters: [Parameter] = [.text(WorkflowDefinition.oneOffRun), .int64(Int64(limit))]
        return try await client.query(Statement(Self.selectEnded, parameters)).map { try $0.get(0) }
    }

    /// The cycle with its stages and lanes, as it is or as it was at a time: folded from its streams.
    ///
    /// - Parameter hosts: whether every host is in it, or those alone that lanes name as failed.
    /// - Throws: ``Problem`` 404 for a cycle that is unknown, or had not started then.
    package func cycle(_ id: String, at moment: Timestamp?, hosts: Bool) async throws -> CycleView {
        let cycle = try await cycleState(id, at: moment)
        let lanes = try await lanes(cycle.stages.flatMap(\.lanes).map(\.rollout), at: moment, everyHost: hosts)
        let nodes = lanes.values.flatMap { $0.hosts.map(\.node) }
        let names = try await names(of: Array(Set(nodes)).sorted())
        return CycleViewBuilder(
            id: id,
            cycle: cycle,
            lanes: lanes,
            names: names,
            now: moment ?? now(),
            documents: try DocumentView.all(of: cycle.start?.definition.stages ?? [])
        ).view
    }

    /// - Throws: ``Problem`` 404 for an unknown cycle.
    package func checkCycle(_ id: String) async throws { _ = try await cycleState(id, at: nil) }

    /// The name of the workflow that the cycle is a run of.
    ///
    /// - Throws: ``Problem`` 404 for an unknown cycle.
    package func workflow(ofCycle id: String) async throws -> String {
        try await cycleState(id, at: nil).start?.definition.name ?? ""
    }

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

    private func lanes(_ rollouts: [String], at moment: Timestamp?, everyHost: Bool) async throws -> [String:
        LanePicture]
    {
        var lanes: [String: LanePicture] = [:]
        for start in stride(from: 0, to: rollouts.count, by: Self.lanesAtOnce) {
            let some = Array(rollouts[start..<min(start + Self.lanesAtOnce, rollouts.count)])
            if let moment {
                for name in some {
                    let folded = try await reader.fold(Self.laneDecider, Rollout.stream(name), upTo: moment)
                    lanes[name] = folded.map { LanePicture($0.state, everyHost: everyHost) }
                }
            } else if everyHost {
                let states = try await reader.folds(Self.laneDecider, some.map { Rollout.stream($0) })
                for (name, state) in zip(some, states) {
                    lanes[name] = state.map { LanePicture($0, everyHost: true) }
                }
            } else {
                lanes.merge(try await presentLanes(some)) { $1 }
            }
        }
        return lanes
    }

    private static let laneDecider = DomainDecider<Rollout>.withoutEffects

    /// As they are now, without the hosts that did not fail: of those that are not kept the streams are read.
    private func presentLanes(_ rollouts: [String]) async throws -> [String: LanePicture] {
        let streams = rollouts.map { Rollout.stream($0) }
        let ends = try await reader.ends(of: streams)
        var lanes: [String: LanePicture] = [:]
        for (name, (stream, end)) in zip(rollouts, zip(streams, ends)) {
            lanes[name] = endedLanes.picture(stream, at: end)
        }
        let unknown = streams.indices.filter { lanes[rollouts[$0]] == nil }
        for (index, folded) in zip(
            unknown,
            try await reader.foldedStates(Self.laneDecider, unknown.map { streams[$0] })
        ) {
            guard let folded else { continue }
            let picture = LanePicture(folded.state, everyHost: false)
            lanes[rollouts[index]] = picture
            // It may have gone on since its end was asked for.
            if folded.version == ends[index].version {
                endedLanes.keep(picture, of: streams[index], at: ends[index])
            }
        }
        return lanes
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

    private static let selectEnded = SQL(
        "cycle_select_ended",
        """
        SELECT id
        FROM cycle
        WHERE workflow <> $1 AND ended_at IS NOT NULL
        ORDER BY ended_at DESC, id
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
