import Domain
import DurableStreams
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// The node's last host runs in the cycles and one-off runs that started last at its site, the newest first.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node.
    package func runs(ofNode id: String) async throws -> [NodeRun] {
        let node = try await node(id)
        let statement = Self.selectRuns(
            .text(node.id),
            .text("/\(node.site)/"),
            .int64(Self.shownRuns),
            .int64(Self.latestCycles)
        )
        var rows: [(name: String, workflow: String, hosts: Int64)] = try await client.query(statement).map { row in
            (try row.get(0), try row.get(1), try row.get(2))
        }
        var hosts: Int64 = 0
        rows = Array(
            rows.prefix { row in
                hosts += row.hosts
                return hosts == row.hosts || hosts <= Self.mostHosts
            }
        )
        let rollouts = try await reader.folds(
            DomainDecider<Rollout>.withoutEffects,
            rows.map { Rollout.stream($0.name) }
        )
        var runs: [NodeRun] = []
        for (row, rollout) in zip(rows, rollouts) {
            guard let rollout, let spec = rollout.spec, let index = spec.targets.firstIndex(of: node.id) else {
                continue
            }
            let order = OrderID(rollout: spec.rollout, index: index, attempt: spec.attempt)
            let trace = rollout.hostStates[index].mayBeHeardOf ? try await trace(of: order, on: node.id) : HostTrace()
            runs.append(NodeRun(at: index, in: rollout, spec, workflow: row.workflow, trace))
        }
        return runs.sorted { ($0.beganAt ?? $0.opens) > ($1.beganAt ?? $1.opens) }
    }

    // MARK: - Steps

    /// A lane has the reports of thousands of hosts: the database finds the commits with this one's, and of the last alone the events are read.
    private func trace(of order: OrderID, on node: String) async throws -> HostTrace {
        let (stream, actor) = (Rollout.stream(order.rollout), "node/\(node)")
        let statement = Self.selectReports(.int16(stream.shard.rawValue), .text(stream.rawValue), .text(actor))
        let commits: [(version: Int64, at: Timestamp)] = try await client.query(statement).map { row in
            (try row.get(0), try row.get(1))
        }
        guard let first = commits.first, let last = commits.last else { return HostTrace() }
        var trace = HostTrace(acceptedAt: first.at)
        let decider = DomainDecider<Rollout>.withoutEffects
        for commit in try await reader.commits(of: stream, after: last.version - 1, limit: 1) {
            for stored in try commit.storedEvents() where stored.actor == actor {
                guard case .hostReported(let report, let at) = try decider.decode(stored.event),
                    report.index == order.index
                else { continue }
                trace.take(report, at: at)
            }
        }
        return trace
    }

    private static let shownRuns: Int64 = 5
    /// Each run's rollout is folded, which costs with the hosts of its lane; behind the first run they are so many together.
    private static let mostHosts: Int64 = 6_000
    /// Whose lanes are looked through for them.
    private static let latestCycles: Int64 = 50

    // MARK: - SQL

    /// A lane's name has its site, so that neither the cycles nor the hosts of others are looked through.
    ///
    /// In one cycle installs come behind the scan.
    private static let selectRuns = SQL(
        "rollout_targets_select_latest",
        """
        SELECT t.rollout, c.workflow, cardinality(t.nodes)::bigint
        FROM (
            SELECT id, workflow, started_at
            FROM (SELECT id, workflow, started_at FROM cycle ORDER BY started_at DESC LIMIT 2000) latest
            WHERE EXISTS (SELECT FROM rollout_targets l WHERE l.cycle = latest.id AND position($2 IN l.rollout) > 0)
            ORDER BY started_at DESC
            LIMIT $4
        ) c
        JOIN rollout_targets t ON t.cycle = c.id
        WHERE position($2 IN t.rollout) > 0 AND $1 = ANY (t.nodes)
        ORDER BY c.started_at DESC, t.installs DESC, t.rollout DESC
        LIMIT $3
        """
    )

    /// Whoever did all that is in a commit is named beside it, others in its events.
    private static let selectReports = SQL(
        "commit_select_of_actor",
        """
        SELECT version, at
        FROM commit
        WHERE shard = $1 AND stream = $2 AND (actor = $3 OR position('"' || $3 || '"' IN events::text) > 0)
        ORDER BY version
        """
    )
}

extension HostRunState {
    /// The host may have told something of the run.
    fileprivate var mayBeHeardOf: Bool {
        switch self {
        case .queued, .ordered, .unknown, .missedWindow: false
        case .accepted, .installing, .rebooting, .verifying, .succeeded, .failed, .refused, .cancelled, .timedOut: true
        }
    }
}
