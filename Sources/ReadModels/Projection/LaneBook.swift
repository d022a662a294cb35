package import Domain

/// The lanes whose hosts report: each is read once, however many of its hosts do.
///
/// Kept from one step of the projection to the next. A database that is restored may open a lane again with other hosts, which is
/// another opening: the reports of the two are told apart by their orders' attempt.
package struct LaneBook: Sendable {
    /// Hosts of the lanes kept at a time, which bound the memory to some 60 MB.
    ///
    /// All lanes of a large cycle fit, for their commits come in turn.
    package static let capacity = 1_000_000

    private struct Opening: Hashable {
        let rollout: String
        let attempt: Int
    }

    private let capacity: Int
    private let read: @Sendable (String) async throws -> ProjectedLane
    private var lanes: [Opening: ProjectedLane] = [:]
    private var hosts = 0
    /// Those of the step, by rollout.
    private var met: [String: ProjectedLane] = [:]

    /// - Parameter read: what is stored of a rollout.
    package init(capacity: Int = Self.capacity, read: @escaping @Sendable (String) async throws -> ProjectedLane) {
        self.capacity = capacity
        self.read = read
    }

    /// What was met before may have been opened again since.
    package mutating func beginStep() { met = [:] }

    package mutating func add(_ spec: RolloutSpec) {
        keep(ProjectedLane(spec), of: Opening(rollout: spec.rollout, attempt: spec.attempt))
    }

    /// The lane of a rollout that an event of the step is about.
    package mutating func lane(of rollout: String, for event: RolloutEvent) async throws -> ProjectedLane {
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

    private mutating func keep(_ lane: ProjectedLane, of opening: Opening) {
        met[opening.rollout] = lane
        // One that is there already takes no more room.
        hosts -= lanes[opening]?.nodes.count ?? 0
        if hosts + lane.nodes.count > capacity {
            (lanes, met) = ([:], [opening.rollout: lane])
            hosts = 0
        }
        hosts += lane.nodes.count
        lanes[opening] = lane
    }
}
