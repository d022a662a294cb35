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
        let rows: [(name: String, workflow: String)] = try await client.query(statement).map { row in
            (try row.get(0), try row.get(1))
        }
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
            let trace = try await trace(of: order, on: node.id)
            runs.append(NodeRun(at: index, in: rollout, spec, workflow: row.workflow, trace))
        }
        return runs.sorted { ($0.beganAt ?? $0.opens) > ($1.beganAt ?? $1.opens) }
    }

    // MARK: - Steps

    /// A lane has the reports of thousands of hosts, and which commits have this one's is told by the answers to them.
    ///
    /// The first says when it began, and of the last alone the events are read.
    private func trace(of order: OrderID, on node: String) async throws -> HostTrace {
        let stream = Rollout.stream(order.rollout)
        // The ids of an order's reports are the order's and what is behind a slash, which zero follows.
        let statement = Self.selectReports(
            .int16(stream.shard.rawValue),
            .text(stream.rawValue),
            .text("\(order)/"),
            .text("\(order)0")
        )
        let commits: [(version: Int64, at: Timestamp)] = try await client.query(statement).map { row in
            (try row.get(0), try row.get(1))
        }
        guard let first = commits.first, let last = commits.last else { return HostTrace() }
        var trace = HostTrace(acceptedAt: first.at)
        let decider = DomainDecider<Rollout>.withoutEffects
        for commit in try await reader.commits(of: stream, after: last.version - 1, limit: 1) {
            for stored in try commit.storedEvents() where stored.actor == "node/\(node)" {
                guard case .hostReported(let report, let at) = try decider.decode(stored.event),
                    report.index == order.index
                else { continue }
                trace.take(report, at: at)
            }
        }
        return trace
    }

    /// Each of them is folded, which costs with the hosts of its lane.
    private static let shownRuns: Int64 = 5
    /// Whose lanes are looked through for them.
    private static let latestCycles: Int64 = 50

    // MARK: - SQL

    /// A lane's name has its site, so that the hosts of others are not looked through.
    ///
    /// In one cycle installs come behind the scan.
    private static let selectRuns = SQL(
        "rollout_targets_select_latest",
        """
        SELECT t.rollout, c.workflow
        FROM (SELECT id, workflow, started_at FROM cycle ORDER BY started_at DESC LIMIT $4) c
        JOIN rollout_targets t ON t.cycle = c.id
        WHERE position($2 IN t.rollout) > 0 AND $1 = ANY (t.nodes)
        ORDER BY c.started_at DESC, t.installs DESC, t.rollout DESC
        LIMIT $3
        """
    )

    private static let selectReports = SQL(
        "answer_select_commits",
        """
        SELECT c.version, c.at
        FROM answer a
        JOIN commit c ON c.shard = a.shard AND c.position = a.position
        WHERE a.shard = $1 AND a.stream = $2 AND a.id >= $3 AND a.id < $4
        ORDER BY c.version
        """
    )
}
