import Domain
import Postgres

/// The lanes that a step of the projection meets: each is read once, however many of its hosts report.
struct LaneBook {
    /// Lanes kept at a time: they bound the memory, which one of 100,000 hosts takes 4 MB of.
    private static let capacity = 50

    private let client: PostgresClient
    private var lanes: [String: ProjectedLane] = [:]

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
        if lanes.count >= Self.capacity { lanes.removeAll() }
        lanes[rollout] = lane
    }

    // MARK: - SQL

    private static let selectTargets = SQL(
        "rollout_targets_select",
        "SELECT cycle, patch_group, installs, nodes FROM rollout_targets WHERE rollout = $1"
    )
}
