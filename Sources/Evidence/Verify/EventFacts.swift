import Domain
import DurableStreams
import PatchStreams

/// What the events of a bundle say that its tables must have.
struct EventFacts {
    /// The place of a commit.
    struct Place: Hashable, CustomStringConvertible {
        var shard: Int16
        var position: Int64

        var description: String { "shard \(shard) position \(position)" }
    }

    /// By node: the site of its last enrolment.
    private(set) var enrolled: [String: String] = [:]
    /// By table and commit: how many rows follow from it.
    private(set) var rows: [Table: [Place: Int]] = [:]

    /// - Throws: for events that are none.
    mutating func take(_ commit: Commit) throws {
        switch commit.stream.kind {
        case Rollout.streamKind:
            try forEach(Rollout.self, commit) { facts, event, place in
                guard case .hostReported(let report, _) = event else { return }
                for _ in report.fact.patches { facts.count(.changes, place) }
            }
        case Cycle.streamKind:
            try forEach(Cycle.self, commit) { facts, event, place in
                if Decision(event) != nil { facts.count(.approvals, place) }
            }
        case PolicyBook.streamKind:
            try forEach(PolicyBook.self, commit) { facts, event, place in
                if Decision(event) != nil { facts.count(.approvals, place) }
            }
        case Node.streamKind: try takeNode(commit)
        default: return
        }
    }

    // MARK: - Steps

    private mutating func takeNode(_ commit: Commit) throws {
        let node = commit.stream.name
        try forEach(Node.self, commit) { facts, event, place in
            if case .enrolled(let enrolment, _) = event { facts.enrolled[node] = enrolment.site }
            if case .rebooted = event { facts.count(.reboots, place) }
            if Decision(event) != nil { facts.count(.approvals, place) }
        }
    }

    private mutating func count(_ table: Table, _ place: Place) { rows[table, default: [:]][place, default: 0] += 1 }

    private mutating func forEach<Aggregate: StreamBound>(
        _ type: Aggregate.Type,
        _ commit: Commit,
        _ body: (inout Self, Aggregate.Event, Place) -> Void
    ) throws {
        let decider = DomainDecider<Aggregate>.withoutEffects
        let place = Place(shard: commit.shard.rawValue, position: commit.position)
        for stored in try commit.storedEvents() { body(&self, try decider.decode(stored.event), place) }
    }
}
