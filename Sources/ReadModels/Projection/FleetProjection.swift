import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Postgres
import Time

/// What a run of commits means for the read models.
struct FleetProjection: Sendable {
    let client: PostgresClient
    let reader: StreamReader
    private let judges: Keeper<ComplianceJudge>
    private let books: Keeper<LaneBook>

    init(client: PostgresClient, reader: StreamReader, content: ContentStore) {
        self.client = client
        self.reader = reader
        judges = Keeper(ComplianceJudge(reader: reader, content: content))
        books = Keeper(
            LaneBook { rollout in
                let row = try await client.query(Self.selectTargets(.text(rollout))).one()
                return ProjectedLane(
                    cycle: try row.get(0),
                    patchGroup: try row.get(1),
                    installs: try row.get(2),
                    nodes: try row.get(3)
                )
            }
        )
    }

    /// The statements that bring the read models from the commits before these up to them.
    ///
    /// - Throws: ``UnreadableCommit`` for one from which nothing can follow.
    func statements(for commits: [Commit]) async throws -> [Statement] {
        var changes = FleetChanges()
        var lanes = books.borrow()
        lanes.beginStep()
        for commit in commits {
            do {
                try await take(commit, &changes, &lanes)
            } catch {
                throw try UnreadableCommit(commit, error)
            }
        }
        books.keep(lanes)
        let (proofs, released) = try await proofs(changes.endings, of: commits)
        let cycles = try await cycles(changes.cycles.sorted(), of: commits)
        let statements = try changes.statements(
            proofs: proofs,
            cycleRows: cycles.compactMap { CycleSummary(id: $0.name, $0.state) },
            commandRows: cycles.compactMap { CommandRow(cycle: $0.name, $0.state) }
        )
        return statements + DailySeries.statements(released: released, hasInstalls: !changes.installs.isEmpty)
    }

    /// Tells that all that followed from the commits so far is written.
    func noteWritten() {
        var judge = judges.borrow()
        judge.forgetReleased()
        judges.keep(judge)
    }

    // MARK: - Steps

    private func take(_ commit: Commit, _ changes: inout FleetChanges, _ lanes: inout LaneBook) async throws {
        switch commit.stream.kind {
        case Node.streamKind: try take(commit, Node.self) { changes.take($0, of: commit.stream.name) }
        case Cycle.streamKind: changes.touch(cycle: commit.stream.name)
        case Rollout.streamKind: try await takeRollout(commit, &changes, &lanes)
        default: return
        }
    }

    private func take<Aggregate: StreamBound>(
        _ commit: Commit,
        _ type: Aggregate.Type,
        _ body: (Aggregate.Event) throws -> Void
    ) throws {
        let decider = DomainDecider<Aggregate>.withoutEffects
        for stored in try commit.storedEvents() { try body(try decider.decode(stored.event)) }
    }

    private func takeRollout(_ commit: Commit, _ changes: inout FleetChanges, _ lanes: inout LaneBook) async throws {
        var events: [RolloutEvent] = []
        try take(commit, Rollout.self) { events.append($0) }
        for event in events {
            if case .opened(let spec, _) = event { lanes.add(spec) }
            let lane = FleetChanges.needsLane(event) ? try await lanes.lane(of: commit.stream.name, for: event) : nil
            changes.take(event, of: commit.stream.name, lane: lane)
        }
    }

    private func proofs(_ endings: [String: RunEnding], of commits: [Commit]) async throws -> (
        [Proof], [Patch: Timestamp]
    ) {
        var judge = judges.borrow()
        judge.beginStep()
        var proofs: [Proof] = []
        for ending in endings.values.sorted(by: { $0.node < $1.node }) {
            do {
                proofs.append(try await judge.proof(of: ending))
            } catch {
                throw try UnreadableCommit(commits.first { $0.stream == Rollout.stream(ending.rollout) }, error)
            }
        }
        judges.keep(judge)
        return (proofs, judge.released)
    }

    /// A cycle's row is its folded state, not a change: the stream may be further than the commits, never less far.
    private func cycles(_ names: [String], of commits: [Commit]) async throws -> [(name: String, state: Cycle)] {
        var cycles: [(name: String, state: Cycle)] = []
        for name in names {
            do {
                let folded = try await reader.fold(DomainDecider<Cycle>.withoutEffects, Cycle.stream(name))
                if let folded { cycles.append((name, folded.state)) }
            } catch {
                throw try UnreadableCommit(commits.first { $0.stream == Cycle.stream(name) }, error)
            }
        }
        return cycles
    }

    // MARK: - SQL

    private static let selectTargets = SQL(
        "rollout_targets_select",
        "SELECT cycle, patch_group, installs, nodes FROM rollout_targets WHERE rollout = $1"
    )
}
