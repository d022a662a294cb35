import Domain
import DurableStreams
import PatchStreams
import Time

/// Watches every commit, answer and acknowledgement, with a memory of its own.
final class Checker {
    /// How many commits go by between two comparisons of folds.
    private static let foldEvery = 100

    let scenario: Scenario
    private var verifications = Shard.all.map { ShardVerification(of: $0) }
    private var answers: [MessageKey: Answer] = [:]
    private(set) var acknowledged: Set<MessageKey> = []
    private(set) var rollouts: [String: RolloutWatch] = [:]
    private(set) var cycles: [String: CycleWatch] = [:]
    /// By node: the order that is not over.
    private var activeOrders: [String: String] = [:]
    private var commits = 0
    /// By host and order, and by host, order, package and version: how often it happened.
    var taken: [String: Int] = [:]
    var completions: [String: Int] = [:]

    init(_ scenario: Scenario) { self.scenario = scenario }

    /// Hosts with an order that is not over.
    var inFlight: Int { activeOrders.count }

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
                if let first = answers[answered.key], answered.isKept {
                    throw Self.fail(.answeredOnce, "\(answered.key): \(first), then \(answered.answer)")
                }
                answers[answered.key] = answered.answer
            }
            for row in part.setAside {
                throw Self.fail(.nothingSetAside, "\(row.message.kind) to \(row.message.stream): \(row.error)")
            }
        }
    }

    private func committed(_ commit: Commit, in world: World) throws(Violation) {
        if let finding = verifications[Int(commit.shard.rawValue)].finding(at: commit) {
            throw Self.fail(.logVerifies, "\(finding)")
        }
        guard commit.stream.kind != "engine" else { return }
        do {
            switch commit.stream.kind {
            case Rollout.streamKind: try take(commit, Rollout.self) { try self.watch($0, commit, world) }
            case Cycle.streamKind: try take(commit, Cycle.self) { try self.watch($0, commit, world) }
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
            var watch = rollouts.removeValue(forKey: name) ?? RolloutWatch(name: name)
            defer { rollouts[name] = watch }
            let (began, ended) = try watch.take(event, cycles, world)
            for node in began {
                if let other = activeOrders[node] {
                    throw Self.fail(.oneOrderPerHost, "\(node) has an order of \(other) and gets one of \(name)")
                }
                activeOrders[node] = name
            }
            for node in ended { activeOrders[node] = nil }
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
            var watch = cycles.removeValue(forKey: name) ?? CycleWatch(name: name)
            defer { cycles[name] = watch }
            try watch.take(event, rollouts, world)
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
                : answers[answer.key].map { _ in answer.answer }
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
        guard answers[key] == answer else {
            throw Self.fail(
                .sameKeySameAnswer,
                "\(key) was answered \(answers[key].map { "\($0)" } ?? "never"), and is heard as \(answer)"
            )
        }
    }

    /// Takes what the API said it has stored.
    func acknowledged(_ keys: [MessageKey]) { acknowledged.formUnion(keys) }

    func answer(to key: MessageKey) -> Answer? { answers[key] }
}

extension MessageKey: CustomStringConvertible {
    package var description: String { "message \(id) to \(stream)" }
}
