import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Postgres
package import Time

/// Which commands a list is of, the latest first.
package struct CommandSelection: Sendable {
    package var site: String
    /// nil for any, here and below.
    package var document: String?
    package var node: String?
    /// Sent after it.
    package var after: Timestamp?
    /// Sent before it.
    package var before: Timestamp?

    package init(
        site: String,
        document: String? = nil,
        node: String? = nil,
        after: Timestamp? = nil,
        before: Timestamp? = nil
    ) {
        self.site = site
        self.document = document
        self.node = node
        self.after = after
        self.before = before
    }
}

extension FleetQuestions {
    /// The ids of commands.
    ///
    /// - Parameter last: the id of the one before the first; nil begins with the latest.
    package func commands(_ selection: CommandSelection, behind last: String?, limit: Int) async throws -> [String] {
        try await projector.catchUp()
        let parameters: [Parameter] = [
            .text(selection.site), .text(selection.document), .text(selection.node), .timestamp(selection.after),
            .timestamp(selection.before), .text(last), .int64(Int64(limit)),
        ]
        return try await client.query(Statement(Self.selectCommands, parameters)).map { try $0.get(0) }
    }

    /// The command as it stands, by its streams; nil where there is none of that id.
    package func command(_ id: String) async throws -> CommandState? {
        guard SentCommand.isID(id) else { return nil }
        let name = SentCommand.cycle(ofCommand: id)
        let decider = DomainDecider<Cycle>.withoutEffects
        guard let cycle = try await reader.fold(decider, Cycle.stream(name))?.state else { return nil }
        let lanes = cycle.stages.flatMap(\.lanes).map(\.rollout)
        let folded = try await reader.folds(DomainDecider<Rollout>.withoutEffects, lanes.map { Rollout.stream($0) })
        let rollouts = zip(lanes, folded).compactMap { lane, state in state.map { (lane, $0) } }
        return CommandState(name, cycle, Dictionary(uniqueKeysWithValues: rollouts))
    }

    /// Those nodes' parts in the command, in their order; none for one that it is not for.
    package func invocations(of command: CommandState, nodes: [String]) async throws -> [CommandInvocation] {
        let parts = nodes.flatMap { command.parts[$0] ?? [] }
        var traces: [String: [Int: HostTrace]] = [:]
        for (rollout, parts) in Dictionary(grouping: parts, by: \.rollout) {
            // Whoever waits for its order has told nothing.
            let told = Set(parts.filter { ![.queued, .ordered].contains($0.state) }.map(\.index))
            traces[rollout] = told.isEmpty ? [:] : try await self.traces(of: rollout, told)
        }
        let names = try await names(of: nodes)
        return nodes.compactMap { node in
            guard let parts = command.parts[node] else { return nil }
            let runs = parts.map { part in
                CommandInvocation.Run(part: part, trace: traces[part.rollout]?[part.index] ?? HostTrace())
            }
            let cause = runs.last?.trace.fact?.ending?.cause
            return CommandInvocation(
                node: node,
                name: names[node] ?? node,
                status: command.status(ofNode: node, failure: cause),
                runs: runs
            )
        }
    }

    // MARK: - Steps

    /// What hosts told is in the lane's events alone: they are read a commit at a time.
    private func traces(of rollout: String, _ indices: Set<Int>) async throws -> [Int: HostTrace] {
        let decider = DomainDecider<Rollout>.withoutEffects
        var traces: [Int: HostTrace] = [:]
        try await reader.forEachCommit(of: Rollout.stream(rollout)) { commit in
            for stored in try commit.storedEvents() {
                switch try decider.decode(stored.event) {
                case .hostReported(let report, let at) where indices.contains(report.index):
                    traces[report.index, default: HostTrace()].take(report, at: at)
                case .hostsExpired(let expired, _, let at), .hostsCancelled(let expired, let at):
                    for index in expired where indices.contains(index) {
                        traces[index, default: HostTrace()].endedAt = at
                    }
                default: continue
                }
            }
        }
        return traces
    }

    // MARK: - SQL

    private static let selectCommands = SQL(
        "command_select",
        """
        SELECT id
        FROM command c
        WHERE site = $1
            AND ($2::text IS NULL OR document = $2)
            AND ($3::text IS NULL OR EXISTS (
                SELECT FROM rollout_targets t WHERE t.cycle = 'run-' || c.id AND $3 = ANY (t.nodes)
            ))
            AND ($4::timestamptz IS NULL OR sent_at > $4)
            AND ($5::timestamptz IS NULL OR sent_at < $5)
            AND ($6::text IS NULL OR (sent_at, id) < (SELECT sent_at, id FROM command WHERE id = $6))
        ORDER BY sent_at DESC, id DESC
        LIMIT $7
        """
    )
}
