import Domain
import Postgres

/// The lanes that a step of the projection meets: each is read once, however many of its hosts report.
struct LaneBook {
    /// Hosts of the lanes kept at a time, which bound the memory to some 60 MB.
    ///
    /// All lanes of a large cycle fit, for their commits come in turn.
    private static let capacity = 1_000_000

    private let client: PostgresClient
    private var lanes: [String: ProjectedLane] = [:]
    private var hosts = 0

    init(client: PostgresClient) { self.client = client }

    mutating func add(_ spec: RolloutSpec) { keep(ProjectedLane(spec), of: spec.rollout) }

    mutating func lane(of rollout: String) async throws -> ProjectedLane {
        if let lane = lanes[rollout] { return lane }
        let row = try await client.query(Self.selectTargets(.text(rollout))).one()
        let lane = ProjectedLane(
            cycle: try row.get(0),
            patchGroup: try row.get(1),
            installs: try row.get(2),
            nodes: try row.get(3)
        )
        keep(lane, of: rollout)
        return lane
    }

    private mutating func keep(_ lane: ProjectedLane, of rollout: String) {
        if hosts + lane.nodes.count > Self.capacity {
            lanes.removeAll()
            hosts = 0
        }
        hosts += lane.nodes.count - (lanes[rollout]?.nodes.count ?? 0)
        lanes[rollout] = lane
    }

    // MARK: - SQL

    private static let selectTargets = SQL(
        "rollout_targets_select",
        "SELECT cycle, patch_group, installs, nodes FROM rollout_targets WHERE rollout = $1"
    )
}
