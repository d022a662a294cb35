import Domain
import DurableStreams
import PatchStreams

/// What the events of a bundle say that its tables must have.
struct EventFacts {
    /// The place of a commit.
    struct Place: Hashable, Comparable, CustomStringConvertible {
        var shard: Int16
        var position: Int64

        var description: String { "shard \(shard) position \(position)" }

        static func < (left: Self, right: Self) -> Bool {
            (left.shard, left.position) < (right.shard, right.position)
        }
    }

    /// By name, those that began in the month, folded.
    private(set) var rollouts: [String: RolloutRows] = [:]
    /// Those that went on in the month and began before it: nothing is known of their runs but when they ended.
    private(set) var olderRollouts: Set<String> = []
    private(set) var nodes: [String: NodeFacts] = [:]
    private(set) var policies = PolicyFacts()
    /// By table and commit.
    private(set) var rows: [Table: [Place: ToldRows]] = [:]

    /// - Throws: for events that are none.
    mutating func take(_ commit: Commit) throws {
        switch commit.stream.kind {
        case Rollout.streamKind: try takeRollout(commit)
        case Cycle.streamKind:
            try Self.forEach(Cycle.self, commit) { event, stored in
                if let decision = Decision(event) {
                    add(decision.row(on: "cycle/\(stored.stream.name)", stored), stored, .approvals)
                }
            }
        case PolicyBook.streamKind:
            try Self.forEach(PolicyBook.self, commit) { event, stored in
                if let decision = Decision(event) {
                    add(decision.row(on: "policy/\(stored.stream.name)", stored), stored, .approvals)
                }
                try policies.take(event, stored)
            }
        case Node.streamKind: try takeNode(commit)
        default: return
        }
    }

    // MARK: - Steps

    private mutating func takeRollout(_ commit: Commit) throws {
        let name = commit.stream.name
        try Self.forEach(Rollout.self, commit) { event, stored in
            if stored.index == 1 { rollouts[name] = RolloutRows() }
            guard rollouts[name] != nil else {
                olderRollouts.insert(name)
                guard case .hostReported(let report, _) = event else { return }
                for patch in report.fact.patches {
                    add(RolloutRows.change(patch, report, nil, stored), stored, .changes)
                }
                return
            }
            try Self.check(event, stored, rollouts[name]?.rollout)
            for row in rollouts[name]?.take(event, stored) ?? [] {
                switch row {
                case .look: continue
                case .change(let row): add(row, stored, .changes)
                case .run(_, _, _, _, let row): add(row, stored, .runs)
                }
            }
        }
    }

    /// What no engine has written must not end whoever verifies it.
    private static func check(_ event: RolloutEvent, _ stored: StoredEvent, _ rollout: Rollout?) throws {
        let isPossible =
            switch event {
            case .hostsOrdered(let first, let count, _, _):
                (0...Int(Int32.max)).contains(first) && (0...Int(Int32.max)).contains(count)
            case .queueEnded: rollout.map { $0.nextIndex <= $0.hostStates.count } ?? true
            default: true
            }
        guard isPossible else {
            throw ImpossibleEvent(description: "event \(stored.index) of \(stored.stream) cannot be")
        }
    }

    private mutating func takeNode(_ commit: Commit) throws {
        let name = commit.stream.name
        try Self.forEach(Node.self, commit) { event, stored in
            nodes[name, default: NodeFacts(isWhole: stored.index == 1)].take(event)
            if case .rebooted(let reboot, _) = event {
                let place = nodes[name]?.node.enrolment
                var row: [String?] = reboot.row(site: place?.site ?? "", patchGroup: place?.patchGroup ?? "", stored)
                if place == nil { (row[2], row[3]) = (nil, nil) }
                add(row, stored, .reboots)
            }
            if let decision = Decision(event) { add(decision.row(on: "node/\(name)", stored), stored, .approvals) }
        }
    }

    private mutating func add(_ row: [String?], _ stored: StoredEvent, _ table: Table) {
        let place = Place(shard: stored.shard.rawValue, position: stored.position)
        rows[table, default: [:]][place, default: ToldRows()].add(row)
    }

    private static func forEach<Aggregate: StreamBound>(
        _ type: Aggregate.Type,
        _ commit: Commit,
        _ body: (Aggregate.Event, StoredEvent) throws -> Void
    ) throws {
        let decider = DomainDecider<Aggregate>.withoutEffects
        for stored in try commit.storedEvents() { try body(try decider.decode(stored.event), stored) }
    }
}

/// An event that is read and cannot be.
private struct ImpossibleEvent: Error, CustomStringConvertible {
    let description: String
}

/// What the events of the month say of one node.
struct NodeFacts {
    /// Whether its first event is among them.
    let isWhole: Bool
    private(set) var node = Node()
    private var firstEnrolledAt: String?

    init(isWhole: Bool) { self.isWhole = isWhole }

    mutating func take(_ event: NodeEvent) {
        node.evolve(event)
        if case .enrolled(_, let at) = event { firstEnrolledAt = firstEnrolledAt ?? "\(at)" }
    }

    /// The site of its last enrolment; nil where that was before the month.
    var site: String? { node.enrolment?.site }

    /// The first columns of its row of `population.csv`, with nil for what the events do not tell.
    func columns(_ id: String) -> [String?] {
        let unknown = [String?](repeating: nil, count: 9)
        let place: [String?] = node.enrolment?.columns ?? unknown
        let knowsEnd = isWhole || node.revocation != nil
        return [id] + place + [isWhole ? firstEnrolledAt : nil] + (knowsEnd ? node.columns : [nil, nil])
    }
}
