import Domain
import DurableStreams
import PatchStreams
package import Postgres
package import Time

/// How many host runs of the cycles under way are where.
package struct HostRunFigures: Equatable, Sendable {
    /// Cycles under way by state, such as `running`.
    package var cycles: [String: Int] = [:]
    /// Host runs by the names of their stage and state; every state is there for a stage that has begun.
    package var hostRuns: [String: [String: Int]] = [:]
    /// Orders that no host has accepted yet.
    package var undelivered = 0
    /// When the oldest of them was given; nil when there is none.
    package var oldestUndelivered: Timestamp?

    package init() {}

    mutating func add(_ counts: HostRunCounts, to stage: String) {
        for state in HostRunState.allCases { hostRuns[stage, default: [:]][state.name, default: 0] += counts[state] }
        undelivered += counts[.ordered]
    }
}

/// Counts host runs.
package struct HostRunCounter: Sendable {
    /// The latest cycles under way; there are a few.
    private static let cycleLimit = 50

    private let client: PostgresClient
    private let reader: StreamReader

    package init(client: PostgresClient) {
        self.client = client
        reader = StreamReader(store: PostgresStore.unchecked(client: client))
    }

    /// Lanes that have ended are known from their cycle; each of the others is folded.
    ///
    /// - Parameter end: when to give up, between two lanes.
    /// - Throws: ``CountingTooLong``.
    package func count(until end: ContinuousClock.Instant) async throws -> HostRunFigures {
        var figures = HostRunFigures()
        var oldest: [OrderKey] = []
        for row in try await client.query(Self.selectCycles(.int64(Int64(Self.cycleLimit)))) {
            let name: String = try row.get(0)
            let folded = try await reader.fold(DomainDecider<Cycle>.withoutEffects, Cycle.stream(name))
            guard let cycle = folded?.state, !cycle.step.isTerminal else { continue }
            figures.cycles[cycle.state.rawValue, default: 0] += 1
            for stage in cycle.stages where stage.openedAt != nil {
                figures.add(stage.counts, to: stage.name)
                for lane in stage.openLanes {
                    guard ContinuousClock.now < end else { throw CountingTooLong() }
                    oldest += try await add(lane, of: stage.name, to: &figures)
                }
            }
        }
        if !oldest.isEmpty {
            let statement = Self.oldestOrder(
                .int16s(oldest.map { Shard(of: $0.node).rawValue }),
                .texts(oldest.map(\.node)),
                .texts(oldest.map(\.id))
            )
            figures.oldestUndelivered = try await client.query(statement).one().get(0)
        }
        return figures
    }

    /// - Returns: the lane's oldest order that is not delivered: hosts are ordered as they stand in the lane.
    private func add(_ lane: Lane, of stage: String, to figures: inout HostRunFigures) async throws -> [OrderKey] {
        let folded = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(lane.rollout))
        guard let rollout = folded?.state, let spec = rollout.spec else {
            var counts = HostRunCounts()
            counts[.queued] = lane.targetCount
            figures.add(counts, to: stage)
            return []
        }
        figures.add(rollout.counts, to: stage)
        guard let index = rollout.hostStates.firstIndex(of: .ordered), spec.targets.indices.contains(index) else {
            return []
        }
        let id = OrderID(rollout: spec.rollout, index: index, attempt: spec.attempt).description
        return [OrderKey(node: spec.targets[index], id: id)]
    }

    // MARK: - SQL

    private static let selectCycles = SQL(
        "cycle_select_under_way",
        "SELECT id FROM cycle WHERE ended_at IS NULL ORDER BY started_at DESC LIMIT $1"
    )

    private static let oldestOrder = SQL(
        "order_oldest_undelivered",
        """
        SELECT min(o.issued_at)
        FROM unnest($1::int2[], $2::text[], $3::text[]) AS k (shard, node, id)
        JOIN "order" o ON o.shard = k.shard AND o.node = k.node AND o.id = k.id
        """
    )
}

/// Lanes under way are too many or too large to be counted in the time there is.
package struct CountingTooLong: Error, CustomStringConvertible {
    package var description: String { "the lanes under way could not be counted in time; they are counted again later" }
}
