package import Domain
import Time

/// What a run of commits means for the read models.
///
/// Pure: the projector writes it to the tables, and the deterministic world compares it with the streams' own states.
package struct FleetChanges {
    private(set) var enrolled: [String: EnrolledNode] = [:]
    private(set) var revoked: Set<String> = []
    private(set) var approved: Set<String> = []
    private(set) var cloned: Set<String> = []
    /// By node: the last labels behind its last enrolment.
    private(set) var labels: [String: (labels: NodeLabels, patchGroup: String)] = [:]
    /// By node: the public key that it has changed to.
    private(set) var keys: [String: String] = [:]
    /// By node that was not enrolled in these commits: what its host is now.
    private(set) var described: [String: NodeFacts] = [:]
    package private(set) var targets: [String: RolloutSpec] = [:]
    /// By node: the last run that ended after its host may have changed or was looked at.
    package private(set) var endings: [String: RunEnding] = [:]
    package private(set) var cycles: Set<String> = []
    /// On how many nodes a version was installed.
    private(set) var installs: [InstallDay: Int] = [:]

    package init() {}

    // MARK: - Events

    mutating func take(_ event: NodeEvent, of node: String) {
        switch event {
        // The last enrolment says where a node is, the first one since when.
        case .enrolled(let enrolment, let at):
            enrolled[node] = EnrolledNode(enrolment, at: enrolled[node]?.at ?? at)
            described[node] = nil
            labels[node] = nil
        case .labelled(let labels, let patchGroup, _, _): self.labels[node] = (labels, patchGroup)
        case .revoked: revoked.insert(node)
        case .approved: approved.insert(node)
        case .cloned: cloned.insert(node)
        case .keyChanged(let publicKey, _): keys[node] = publicKey
        case .described(let facts, _):
            if enrolled[node] != nil { enrolled[node]?.enrolment.facts = facts } else { described[node] = facts }
        case .keyOffered, .rebooted, .repaired: return
        }
    }

    /// The cycle's row is written anew.
    package mutating func touch(cycle: String) { cycles.insert(cycle) }

    /// Whether the event cannot be taken without the rollout's lane.
    package static func needsLane(_ event: RolloutEvent) -> Bool {
        switch event {
        case .hostReported(let report, _): RunEnding.ends(report.fact)
        case .hostsExpired(_, .timedOut, _): true
        default: false
        }
    }

    /// - Parameter lane: of the event's rollout; may be nil when the event does not need it.
    package mutating func take(_ event: RolloutEvent, of rollout: String, lane: ProjectedLane?) {
        switch event {
        case .opened(let spec, _): targets[spec.rollout] = spec
        case .hostReported(let report, let at):
            guard let lane, lane.nodes.indices.contains(report.index), RunEnding.ends(report.fact) else { return }
            count(report.fact.installed, lane, at)
            let inventory = report.fact.inventory
            end(RunEnding(lane.nodes[report.index], of: rollout, lane, inventory: inventory, at: at))
        case .hostsExpired(let indices, .timedOut, let at):
            // An install that never ended may have changed the host.
            guard let lane, lane.installs else { return }
            for index in indices where lane.nodes.indices.contains(index) {
                end(RunEnding(lane.nodes[index], of: rollout, lane, inventory: nil, at: at))
            }
        default: return
        }
    }

    private mutating func count(_ patches: [Patch], _ lane: ProjectedLane, _ at: Timestamp) {
        for patch in patches {
            installs[InstallDay(day: at.day, patchGroup: lane.patchGroup, patch: patch), default: 0] += 1
        }
    }

    /// The latest end of a node's runs counts: shards are read in no order, so that an older one may come after it.
    private mutating func end(_ ending: RunEnding) {
        let known = endings[ending.node]
        var latest = known.map { $0.at > ending.at ? $0 : ending } ?? ending
        latest.scannedAt = [known?.scannedAt, ending.scannedAt].compactMap { $0 }.max()
        endings[ending.node] = latest
    }
}

/// A version that was installed on a day (UTC, counted from 1970-01-01) in a patch group.
struct InstallDay: Hashable, Comparable {
    let day: Int64
    let patchGroup: String
    let patch: Patch

    static func < (left: Self, right: Self) -> Bool {
        (left.day, left.patchGroup, left.patch) < (right.day, right.patchGroup, right.patch)
    }
}

extension HostFact {
    /// What the run has brought to the host.
    fileprivate var installed: [Patch] {
        let outcomes: [PatchOutcome]
        switch self {
        case .installed(_, let patches, _), .failed(_, _, _, let patches): outcomes = patches
        case .accepted, .refused, .installing, .rebooting, .verifying, .scanned, .ran: outcomes = []
        }
        return outcomes.filter { $0.state == .installed || $0.state == .pendingReboot }.map(\.patch)
    }
}

/// A node as its row will be.
struct EnrolledNode {
    var enrolment: NodeEnrolment
    let at: Timestamp

    init(_ enrolment: NodeEnrolment, at: Timestamp) {
        self.enrolment = enrolment
        self.at = at
    }
}

/// A rollout's targets, in order, and where its baseline is found.
package struct ProjectedLane: Sendable {
    let cycle: String
    let patchGroup: String
    let installs: Bool
    let nodes: [String]

    init(cycle: String, patchGroup: String, installs: Bool, nodes: [String]) {
        self.cycle = cycle
        self.patchGroup = patchGroup
        self.installs = installs
        self.nodes = nodes
    }

    package init(_ spec: RolloutSpec) {
        self.init(
            cycle: spec.cycle,
            patchGroup: spec.patchGroup,
            installs: spec.installs,
            nodes: spec.targets
        )
    }
}
