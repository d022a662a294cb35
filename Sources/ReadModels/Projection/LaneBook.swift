import Domain
import Postgres

/// The lanes whose hosts report: each is read once, however many of its hosts do.
///
/// Kept from one step of the projection to the next. A database that is restored may open a lane again with other hosts, which is
/// another opening: the reports of the two are told apart by their orders' attempt.
struct LaneBook {
    /// Hosts of the lanes kept at a time, which bound the memory to some 60 MB.
    ///
    /// All lanes of a large cycle fit, for their commits come in turn.
    private static let capacity = 1_000_000

    private struct Opening: Hashable {
        let rollout: String
        let attempt: Int
    }

    private let client: PostgresClient
    private var lanes: [Opening: ProjectedLane] = [:]
    private var hosts = 0
    /// Those of the step, by rollout.
    private var met: [String: ProjectedLane] = [:]

    init(client: PostgresClient) { self.client = client }

    /// What was met before may have been opened again since.
    mutating func beginStep() { met = [:] }

    mutating func add(_ spec: RolloutSpec) {
        keep(ProjectedLane(spec), of: Opening(rollout: spec.rollout, attempt: spec.attempt))
    }

    /// The lane of a rollout that an event of the step is about.
    mutating func lane(of rollout: String, for event: RolloutEvent) async throws -> ProjectedLane {
        if let lane = met[rollout] { return lane }
        // Only reports say of which opening they are.
        guard case .hostReported(let report, _) = event else {
            let lane = try await read(rollout)
            met[rollout] = lane
            return lane
        }
        let opening = Opening(rollout: rollout, attempt: report.attempt)
        let lane = if let known = lanes[opening] { known } else { try await read(rollout) }
        keep(lane, of: opening)
        return lane
    }

    private func read(_ rollout: String) async throws -> ProjectedLane {
        let row = try await client.query(Self.selectTargets(.text(rollout))).one()
        return ProjectedLane(
            cycle: try row.get(0),
            patchGroup: try row.get(1),
            installs: try row.get(2),
            nodes: try row.get(3)
        )
    }

    private mutating func keep(_ lane: ProjectedLane, of opening: Opening) {
        if hosts + lane.nodes.count > Self.capacity {
            (lanes, met) = ([:], [:])
            hosts = 0
        }
        hosts += lane.nodes.count - (lanes[opening]?.nodes.count ?? 0)
        lanes[opening] = lane
        met[opening.rollout] = lane
    }

    // MARK: - SQL

    private static let selectTargets = SQL(
        "rollout_targets_select",
        "SELECT cycle, patch_group, installs, nodes FROM rollout_targets WHERE rollout = $1"
    )
}
