import AgentProtocol
import Crypto
import Domain
import DurableStreams
import Time

/// The store in memory behind connections that fail: calls are slow, lost, or done without an answer.
final class SimulatedStore {
    /// What a call does, for the faults that strike it.
    enum Kind {
        case read, write
    }

    private unowned let world: World
    private(set) var database = Database()
    private let defect: Defect?
    /// Counts the restores: what was asked before one is not answered behind it.
    private(set) var restores = 0
    private var awayUntil = Timestamp(microseconds: .min)

    init(_ world: World) {
        self.world = world
        defect = world.plan.defect
    }

    /// Calls the store from a process, which goes on with the result unless it has ended.
    ///
    /// A process may end or be paused before it hears of the result.
    func call<Value>(
        _ process: Process,
        _ kind: Kind,
        _ body: @escaping (SimulatedStore) throws(StoreError) -> Value,
        then: @escaping (Result<Value, StoreError>) -> Void
    ) {
        let sent = restores
        // Asked when it goes on: a process that is paused over a restore finds its connection broken.
        let reply = process.callback { [self] (result: Result<Value, StoreError>) in
            then(sent == restores ? result : .failure(kind == .read ? Self.away : Self.unknown))
        }
        var delay = world.random.milliseconds(1...5)
        if world.faults.strikes(.storeSlow) { delay = delay + world.random.seconds(1...1_500) }
        world.schedule(after: delay) { [self] in
            let result = sent == restores ? outcome(kind, body) : .failure(Self.away)
            world.schedule(after: world.random.milliseconds(1...5)) { reply(result) }
        }
    }

    private static let away = StoreError(.unavailable, "the store is away")
    private static let unknown = StoreError(.outcomeUnknown, "the connection was lost")

    private func outcome<Value>(
        _ kind: Kind,
        _ body: @escaping (SimulatedStore) throws(StoreError) -> Value
    ) -> Result<Value, StoreError> {
        if awayUntil > now || world.faults.strikes(.storeFails) { return .failure(Self.away) }
        guard kind == .write else { return result(body) }
        if world.faults.strikes(.appliedLate) {
            let sent = restores
            world.schedule(after: world.random.milliseconds(1...5_000)) { [self] in
                guard sent == restores, case .success = result(body) else { return }
                world.note(.flushAppliedLate)
            }
            return .failure(Self.unknown)
        }
        guard world.faults.strikes(.outcomeUnknown) else { return result(body) }
        if world.random.chance(0.5) { _ = result(body) }
        return .failure(Self.unknown)
    }

    private func result<Value>(_ body: (SimulatedStore) throws(StoreError) -> Value) -> Result<Value, StoreError> {
        do throws(StoreError) {
            return .success(try body(self))
        } catch {
            return .failure(error)
        }
    }

    // MARK: - Transactions

    var now: Timestamp { world.now }

    var tables: MemoryTables { database.tables }

    /// A transaction that no check looks at.
    func change<Value>(_ body: (inout MemoryTables) -> Value) -> Value { body(&database.tables) }

    func append(_ flush: Flush) throws(StoreError) -> Set<MessageKey> {
        var flush = flush
        if defect == .fenceByPosition { forgetChains(&flush) }
        if defect == .noDeduplication {
            database.tables.forgetAnswers(
                to: flush.parts.flatMap(\.answers).map(\.key) + flush.parts.flatMap(\.messages).map(\.key)
            )
        }
        let leftOut = try database.tables.append(flush, at: now)
        world.judge { () throws(Violation) in try world.checker.committed(flush, in: world) }
        world.gateway.ordersIssued(Set(flush.parts.flatMap(\.orders).map(\.node)).sorted())
        if flush.parts.contains(where: { !$0.tasks.isEmpty }) { for worker in world.workers { worker.kick() } }
        if flush.parts.contains(where: { !$0.messages.isEmpty }) { kickEngines() }
        return leftOut
    }

    /// - Returns: the messages that have their answers already.
    func send(_ messages: [Message]) -> Set<MessageKey> {
        if defect == .noDeduplication { database.tables.forgetAnswers(to: messages.map(\.key)) }
        let answered = database.tables.send(messages)
        if !answered.isEmpty { world.note(.messageSentAgain) }
        kickEngines()
        return answered
    }

    func complete(_ task: ClaimedTask, messages: [Message]) -> Bool {
        let isHeld = database.tables.complete(task, messages: messages)
        if isHeld { kickEngines() }
        return isHeld
    }

    func bury(_ task: ClaimedTask, error: String, message: Message) {
        database.tables.bury(task, error: error, message: message)
        kickEngines()
    }

    /// Whether exactly this commit is in the log.
    func contains(_ commit: ChainHead) -> Bool {
        guard defect == .fenceByPosition else { return tables.contains(commit) }
        return tables.head(of: commit.shard).position >= commit.position
    }

    func keep(_ plan: Plan, digest: String) { database.plans[digest] = plan }

    func keep(_ inventories: [String: Inventory]) { database.inventories.merge(inventories) { first, _ in first } }

    func claim(_ specs: [RolloutSpec]) {
        for spec in specs {
            for node in spec.targets { database.claims[node] = spec.rollout }
        }
    }

    // MARK: - Backups

    /// Brings an earlier state back: every connection ends, and until then there is no store.
    func restore(_ backup: Database, after pause: Duration, then: @escaping () -> Void) {
        restores += 1
        awayUntil = now + pause
        world.schedule(after: pause) { [self] in
            restores += 1
            database = backup
            then()
        }
    }

    // MARK: - Questions

    /// SHA-256 over the heads of all shards: of the whole log.
    var digest: String {
        var hash = SHA256()
        for shard in Shard.all { hash.update(data: tables.head(of: shard).chain) }
        return hash.finalize().prefix(8).map { String($0, radix: 16) }.joined()
    }

    // MARK: - Steps

    private func kickEngines() { for engine in world.engines { engine.kick() } }

    private func forgetChains(_ flush: inout Flush) {
        for index in flush.parts.indices {
            let head = tables.head(of: flush.parts[index].shard)
            if head.position == flush.parts[index].predecessor.position { flush.parts[index].predecessor = head }
        }
    }
}
