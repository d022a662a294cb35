import Domain
import DurableStreams
import HostAgent
import PatchStreams
import Time

/// What must hold when a run is over.
struct EndCheck {
    /// Longer than leases last and engines poll.
    private static let patience = Duration.seconds(7_200)

    let world: World

    init(_ world: World) { self.world = world }

    /// Nothing waits anywhere.
    var isQuiet: Bool { unfinished == nil }

    func run() {
        world.judge { () throws(Violation) in
            for stream in streams { try FoldCheck(world).check(stream) }
            try ReadModelCheck(world).check()
            try checkAcknowledged()
            if world.isLiveness, let unfinished { throw Checker.fail(.everythingEnds, unfinished) }
        }
    }

    /// Without faults no message waits for long.
    func checkFlow() throws(Violation) {
        guard let healed = world.faults.healedAt, world.now > healed + Self.patience else { return }
        let waiting = world.store.tables.inbox(of: Shard.all, since: nil, excluding: [], limit: .max).map(\.message)
        if let message = waiting.first(where: { $0.receivedAt < world.now - Self.patience }) {
            throw Checker.fail(.everythingEnds, "\(message.key) waits in its inbox since \(message.receivedAt)")
        }
    }

    private var streams: [StreamID] {
        [Cycle.streamKind, Rollout.streamKind, "schedule"].flatMap {
            world.store.tables.streams(ofKind: $0, after: nil, limit: .max)
        }
    }

    private func checkAcknowledged() throws(Violation) {
        let waiting = world.store.tables.inbox(of: Shard.all, since: nil, excluding: [], limit: .max)
        let known = Set(waiting.map(\.message.key))
        for key in world.checker.acknowledged.sorted(by: { ($0.stream, $0.id) < ($1.stream, $1.id) }) {
            guard known.contains(key) || world.checker.answer(to: key) != nil else {
                throw Checker.fail(.acknowledgedIsKept, "\(key) was acknowledged and is gone")
            }
        }
    }

    /// The first thing that has not come to its end.
    private var unfinished: String? {
        let (checker, tables) = (world.checker, world.store.tables)
        if !world.operators.isDone { return "the people are not done" }
        for (name, cycle) in checker.cycles.sorted(by: { $0.key < $1.key }) where !cycle.isOver {
            return "cycle \(name) is not over"
        }
        for (name, rollout) in checker.rollouts.sorted(by: { $0.key < $1.key }) where !rollout.hasEnded {
            return "rollout \(name) has not ended: \(rollout.counts)"
        }
        if let message = tables.inbox(of: Shard.all, since: nil, excluding: [], limit: 1).first?.message {
            return "\(message.key) waits in its inbox"
        }
        if let order = tables.oldestOrders(for: world.scenario.hosts.map(\.node)).first {
            return "order \(order.id) is not over"
        }
        if tables.nextTaskDue != nil { return "a task is not done" }
        for host in world.hosts where host.agent.state.activeRun != nil || !host.agent.state.outbox.isEmpty {
            return "the agent of \(host.node) is not done"
        }
        return nil
    }
}
