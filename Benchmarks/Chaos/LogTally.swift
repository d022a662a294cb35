import Domain
import DurableStreams
import PatchStreams

/// What the whole log says happened, and how often.
struct LogTally {
    private static let pageCommits = 2_000

    /// By the node: how often an activation was used for it, and how often its stream was told.
    private(set) var uses: [String: Int] = [:]
    private(set) var enrolments: [String: Int] = [:]
    /// Hosts that were ordered, by rollout.
    private(set) var ordered: [String: Int] = [:]
    /// Reports that took effect, by order and number; those that ended a run, by order.
    private(set) var reports: [String: Int] = [:]
    private(set) var ends: [String: Int] = [:]
    /// Runs that ended otherwise than by a report.
    private(set) var expired = 0

    init(_ store: PostgresStore) async throws {
        let reader = StreamReader(store: store)
        var cursor = LogCursor()
        while true {
            let page = try await reader.commits(after: cursor, limit: Self.pageCommits)
            guard !page.commits.isEmpty else { return }
            for commit in page.commits {
                for stored in try commit.storedEvents() { try count(stored) }
            }
            cursor = page.cursor
        }
    }

    // MARK: - Steps

    private mutating func count(_ stored: StoredEvent) throws {
        switch stored.stream.kind {
        case Activation.streamKind:
            guard case .used(let use, _) = try DomainDecider<Activation>.withoutEffects.decode(stored.event) else {
                return
            }
            uses[use.node, default: 0] += 1
        case Node.streamKind:
            guard case .enrolled(let enrolment, _) = try DomainDecider<Node>.withoutEffects.decode(stored.event) else {
                return
            }
            enrolments[enrolment.node, default: 0] += 1
        case Rollout.streamKind:
            count(try DomainDecider<Rollout>.withoutEffects.decode(stored.event), of: stored.stream.name)
        default: return
        }
    }

    private mutating func count(_ event: RolloutEvent, of rollout: String) {
        switch event {
        case .hostsOrdered(_, let count, _, _): ordered[rollout, default: 0] += count
        case .hostReported(let report, _):
            let order = "\(OrderID(rollout: rollout, index: report.index, attempt: report.attempt))"
            reports["\(order)/\(report.sequence)", default: 0] += 1
            switch report.fact {
            case .scanned, .installed, .ran, .failed, .refused: ends[order, default: 0] += 1
            case .accepted, .installing, .rebooting, .verifying: break
            }
        case .hostsExpired(let hosts, _, _), .hostsCancelled(let hosts, _): expired += hosts.count
        case .queueEnded: expired += 1
        case .opened, .halted, .cancelRequested, .ordersWithdrawn, .paused, .resumed, .aborted, .windowMoved, .ended:
            break
        }
    }
}
