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
    private let judges: JudgeKeeper

    init(client: PostgresClient, reader: StreamReader, content: ContentStore) {
        self.client = client
        self.reader = reader
        judges = JudgeKeeper(ComplianceJudge(reader: reader, content: content))
    }

    /// The statements that bring the read models from the commits before these up to them.
    func statements(for commits: [Commit]) async throws -> [Statement] {
        var changes = FleetChanges()
        var judge = judges.borrow()
        var lanes = LaneBook(client: client)
        for commit in commits {
            switch commit.stream.kind {
            case Node.streamKind: try addNodes(commit, to: &changes)
            case Cycle.streamKind: changes.cycles.insert(commit.stream.name)
            case Rollout.streamKind: try await addProofs(commit, to: &changes, &judge, &lanes)
            default: continue
            }
        }
        judges.keep(judge)
        return try await changes.statements(cycleRows: cycleRows(changes.cycles.sorted()))
    }

    // MARK: - Steps

    private func addNodes(_ commit: Commit, to changes: inout FleetChanges) throws {
        let decider = DomainDecider<Node>.withoutEffects
        for stored in try commit.storedEvents() {
            switch try decider.decode(stored.event) {
            case .enrolled(let enrolment, let at): changes.enrol(enrolment, at: at)
            case .revoked: changes.revoked.insert(commit.stream.name)
            }
        }
    }

    private func addProofs(
        _ commit: Commit,
        to changes: inout FleetChanges,
        _ judge: inout ComplianceJudge,
        _ lanes: inout LaneBook
    ) async throws {
        let decider = DomainDecider<Rollout>.withoutEffects
        for stored in try commit.storedEvents() {
            switch try decider.decode(stored.event) {
            case .opened(let spec, _):
                changes.targets[spec.rollout] = spec
                lanes.add(spec)
            case .hostReported(let report, let at):
                guard Proof.ends(report.fact) else { continue }
                let lane = try await lanes.lane(of: commit.stream.name)
                let node = lane.nodes[report.index]
                changes.prove(try await judge.proof(of: node, in: lane, report.fact, at: at))
            case .hostsExpired(let indices, .timedOut, let at):
                let lane = try await lanes.lane(of: commit.stream.name)
                // An install that never ended may have changed the host.
                guard lane.installs else { continue }
                for index in indices { changes.prove(.unscanned(lane.nodes[index], in: lane, at: at)) }
            default: continue
            }
        }
    }

    /// A cycle's row is its folded state, not a change: the stream may be further than the commits, never less far.
    private func cycleRows(_ names: [String]) async throws -> [CycleSummary] {
        var rows: [CycleSummary] = []
        for name in names {
            let folded = try await reader.fold(DomainDecider<Cycle>.withoutEffects, Cycle.stream(name))
            guard let cycle = folded?.state, let start = cycle.start, let startedAt = cycle.startedAt else { continue }
            rows.append(
                CycleSummary(
                    id: name,
                    workflow: start.definition.name,
                    state: cycle.state.rawValue,
                    stage: cycle.step.isTerminal ? nil : cycle.currentStage?.name,
                    startedAt: startedAt,
                    endedAt: cycle.endedAt,
                    planDigest: cycle.plan?.digest
                )
            )
        }
        return rows
    }
}

/// A node as its row will be.
struct EnrolledNode {
    let enrolment: NodeEnrolment
    let at: Timestamp

    init(_ enrolment: NodeEnrolment, at: Timestamp) {
        self.enrolment = enrolment
        self.at = at
    }
}
