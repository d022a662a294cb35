import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Time

/// Watches every commit, answer and acknowledgement, with a memory of its own.
final class Checker {
    /// How many commits go by between two comparisons of folds.
    private static let foldEvery = 100

    /// What follows from the log, and goes back with it when the database does.
    struct Memory {
        fileprivate var verifications = Shard.all.map { ShardVerification(of: $0) }
        fileprivate var answers: [MessageKey: Answer] = [:]
        fileprivate var acknowledged: Set<MessageKey> = []
        fileprivate var rollouts: [String: RolloutWatch] = [:]
        fileprivate var cycles: [String: CycleWatch] = [:]
        fileprivate(set) var slots: [String: SlotsWatch] = [:]
        /// By node: the order that is not over.
        fileprivate var activeOrders: [String: String] = [:]
        /// The read models' rows.
        fileprivate(set) var fleet = FleetChanges()
    }

    let scenario: Scenario
    private(set) var memory = Memory()
    /// By rollout: the openings that a restore has taken out of the log; their orders may still be on their way.
    private var forgottenSpecs: [String: [RolloutSpec]] = [:]
    /// How often engines have ended while they decided a message.
    private var endings: [MessageKey: Int] = [:]
    private var commits = 0
    /// How many commits the next comparison of the read models waits for.
    private var projectionDue = 64
    /// By host and order.
    var takenAt: [String: Timestamp] = [:]
    /// By host, order, package and version: how often it happened.
    var completions: [String: Int] = [:]

    init(_ scenario: Scenario) { self.scenario = scenario }

    var rollouts: [String: RolloutWatch] { memory.rollouts }
    var cycles: [String: CycleWatch] { memory.cycles }
    var acknowledged: Set<MessageKey> { memory.acknowledged }

    /// Hosts with an order that is not over.
    var inFlight: Int { memory.activeOrders.count }

    /// The log has gone back: what was acknowledged since is lost by the act of a person.
    func restore(_ memory: Memory) {
        for (name, rollout) in rollouts {
            if let spec = rollout.spec { forgottenSpecs[name, default: []].append(spec) }
        }
        self.memory = memory
    }

    /// An engine has ended and is known to have been deciding one of these.
    func ended(with suspects: [MessageKey]) {
        for suspect in Set(suspects) { endings[suspect, default: 0] += 1 }
    }

    /// The openings of a rollout, those that the log no longer knows included.
    func specs(of rollout: String) -> [RolloutSpec] {
        [rollouts[rollout]?.spec].compactMap(\.self) + forgottenSpecs[rollout, default: []]
    }

    /// Whether the host run of an order is over.
    func hasEnded(_ order: String) -> Bool {
        guard let id = OrderID(order), let states = rollouts[id.rollout]?.states, states.indices.contains(id.index)
        else {
            return false
        }
        return states[id.index].isTerminal
    }

    func isOver(_ cycle: StreamID) -> Bool { cycles[cycle.name]?.isOver ?? false }

    // MARK: - The log

    /// Takes a flush that the store has just written.
    func committed(_ flush: Flush, in world: World) throws(Violation) {
        for part in flush.parts {
            for commit in part.commits { try committed(commit, in: world) }
            for answered in part.answers {
                // A stream that knows repetitions by itself may decide one again, to no effect.
                if let first = memory.answers[answered.key], answered.isKept {
                    throw Self.fail(.answeredOnce, "\(answered.key): \(first), then \(answered.answer)")
                }
                memory.answers[answered.key] = answered.answer
            }
            for row in part.setAside {
                let ends = endings[row.message.key, default: 0]
                if ends > 1 {
                    world.note(.poisonSetAside)
                    continue
                }
                throw Self.fail(.nothingSetAside, "\(row.message.kind) to \(row.message.stream): \(row.error)")
            }
        }
        // Seldom, for the whole log is read.
        guard commits >= projectionDue else { return }
        projectionDue = 2 * commits
        try ReadModelCheck(world).check()
    }

    private func committed(_ commit: Commit, in world: World) throws(Violation) {
        if let finding = memory.verifications[Int(commit.shard.rawValue)].finding(at: commit) {
            throw Self.fail(.logVerifies, "\(finding)")
        }
        guard commit.stream.kind != StreamID.engineKind else { return }
        do {
            switch commit.stream.kind {
            case Rollout.streamKind: try take(commit, Rollout.self) { try self.watch($0, commit, world) }
            case Cycle.streamKind: try take(commit, Cycle.self) { try self.watch($0, commit, world) }
            case RebootSlots.streamKind: try take(commit, RebootSlots.self) { try self.watch($0, commit, world) }
            default: break
            }
        } catch let violation as Violation {
            throw violation
        } catch {
            throw Self.fail(.foldIsState, "\(commit.stream) does not decode: \(error)")
        }
        commits += 1
        if commits % Self.foldEvery == 0 { try FoldCheck(world).check(commit.stream) }
    }

    private func take<Aggregate: StreamBound>(
        _ commit: Commit,
        _ type: Aggregate.Type,
        _ body: ([Aggregate.Event]) throws -> Void
    ) throws {
        let decider = DomainDecider<Aggregate>.withoutEffects
        try body(try commit.storedEvents().map { try decider.decode($0.event) })
    }

    private func watch(_ events: [RolloutEvent], _ commit: Commit, _ world: World) throws(Violation) {
        let name = commit.stream.name
        var hasOrdered = false
        for event in events {
            world.tell(commit.stream.rawValue, Self.summary(event))
            if case .hostsOrdered = event { hasOrdered = true }
            let isSkipped = world.plan.defect == .projectionSkips && commits % 40 == 0
            if !isSkipped { memory.fleet.take(event, of: name) }
            var watch = memory.rollouts.removeValue(forKey: name) ?? RolloutWatch(name: name)
            defer { memory.rollouts[name] = watch }
            let (began, ended) = try watch.take(event, cycles, world)
            for node in began {
                if let other = memory.activeOrders[node] {
                    throw Self.fail(.oneOrderPerHost, "\(node) has an order of \(other) and gets one of \(name)")
                }
                memory.activeOrders[node] = name
            }
            for node in ended { memory.activeOrders[node] = nil }
        }
        try rollouts[name]?.checkHalt()
        if hasOrdered { try checkHold(of: commit.stream, world) }
    }

    /// A rollout that orders while its cycle is held has not heard of it yet.
    private func checkHold(of stream: StreamID, _ world: World) throws(Violation) {
        guard let rollout = rollouts[stream.name], rollout.isRunning, let cycle = rollout.spec?.cycle,
            cycles[cycle]?.holds == true
        else { return }
        let waiting = world.store.tables.inbox(of: [stream.shard], since: nil, excluding: [], limit: .max)
        guard waiting.contains(where: { $0.message.stream == stream && $0.message.kind != "report" }) else {
            throw Self.fail(.nothingStartsAfterHalt, "\(stream) orders though \(cycle) is held and has told it all")
        }
    }

    private func watch(_ events: [CycleEvent], _ commit: Commit, _ world: World) throws(Violation) {
        let name = commit.stream.name
        for event in events {
            world.tell(commit.stream.rawValue, Self.summary(event))
            var watch = memory.cycles.removeValue(forKey: name) ?? CycleWatch(name: name)
            defer { memory.cycles[name] = watch }
            try watch.take(event, rollouts, world)
            memory.fleet.touch(cycle: name)
        }
    }

    private func watch(_ events: [RebootSlotsEvent], _ commit: Commit, _ world: World) throws(Violation) {
        for event in events {
            world.tell(commit.stream.rawValue, Self.summary(event))
            try memory.slots[commit.stream.name, default: SlotsWatch()].take(event, world)
        }
    }

    private static func summary(_ event: some DomainEvent) -> String {
        String("\(event)".replacing("Domain.", with: "").prefix(200))
    }

    // MARK: - Answers

    /// Takes what an engine tells of its decisions.
    func told(_ answered: [AnsweredMessage], in world: World) throws(Violation) {
        for answer in answered {
            let stored =
                answer.isKept
                ? world.store.tables.answers(to: [answer.key])[answer.key]
                : memory.answers[answer.key].map { _ in answer.answer }
            guard stored == answer.answer else {
                throw Self.fail(
                    .toldIsDurable,
                    "\(answer.key) is told to be \(answer.answer), and stored is \(stored.map { "\($0)" } ?? "nothing")"
                )
            }
        }
    }

    /// Takes what a person hears.
    func heard(_ answer: Answer, to key: MessageKey) throws(Violation) {
        guard memory.answers[key] == answer else {
            throw Self.fail(
                .sameKeySameAnswer,
                "\(key) was answered \(memory.answers[key].map { "\($0)" } ?? "never"), and is heard as \(answer)"
            )
        }
    }

    /// Takes what the API said it has stored.
    func acknowledged(_ keys: [MessageKey]) { memory.acknowledged.formUnion(keys) }

    func answer(to key: MessageKey) -> Answer? { memory.answers[key] }
}

extension MessageKey: CustomStringConvertible {
    package var description: String { "message \(id) to \(stream)" }
}
