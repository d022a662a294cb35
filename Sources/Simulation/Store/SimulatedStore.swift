import Crypto
import DurableStreams
import Time

/// The store in memory behind connections that fail: calls are slow, lost, or done without an answer.
final class SimulatedStore {
    /// What a call does, for the faults that strike it.
    enum Kind {
        case read, write
    }

    private unowned let world: World
    private(set) var tables = MemoryTables()
    private let defect: Defect?

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
        let reply = process.callback(then)
        var delay = world.random.milliseconds(1...5)
        if world.faults.strikes(.storeSlow) { delay = delay + world.random.seconds(1...1_500) }
        world.schedule(after: delay) { [self] in
            let result = outcome(kind, body)
            world.schedule(after: world.random.milliseconds(1...5)) { reply(result) }
        }
    }

    private func outcome<Value>(
        _ kind: Kind,
        _ body: @escaping (SimulatedStore) throws(StoreError) -> Value
    ) -> Result<Value, StoreError> {
        if world.faults.strikes(.storeFails) { return .failure(StoreError(.unavailable, "the store is away")) }
        guard kind == .write else { return result(body) }
        let unknown = StoreError(.outcomeUnknown, "the connection was lost")
        if world.faults.strikes(.appliedLate) {
            world.schedule(after: world.random.milliseconds(1...5_000)) { [self] in
                if case .success = result(body) { world.note(.flushAppliedLate) }
            }
            return .failure(unknown)
        }
        guard world.faults.strikes(.outcomeUnknown) else { return result(body) }
        if world.random.chance(0.5) { _ = result(body) }
        return .failure(unknown)
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

    /// A transaction that no check looks at.
    func change<Value>(_ body: (inout MemoryTables) -> Value) -> Value { body(&tables) }

    func append(_ flush: Flush) throws(StoreError) -> Set<MessageKey> {
        var flush = flush
        if defect == .fenceByPosition { forgetChains(&flush) }
        if defect == .noDeduplication {
            tables.forgetAnswers(
                to: flush.parts.flatMap(\.answers).map(\.key) + flush.parts.flatMap(\.messages).map(\.key)
            )
        }
        let leftOut = try tables.append(flush, at: now)
        world.judge { () throws(Violation) in try world.checker.committed(flush, in: world) }
        world.gateway.ordersIssued(Set(flush.parts.flatMap(\.orders).map(\.node)).sorted())
        if flush.parts.contains(where: { !$0.tasks.isEmpty }) { for worker in world.workers { worker.kick() } }
        if flush.parts.contains(where: { !$0.messages.isEmpty }) { kickEngines() }
        return leftOut
    }

    /// - Returns: the messages that have their answers already.
    func send(_ messages: [Message]) -> Set<MessageKey> {
        if defect == .noDeduplication { tables.forgetAnswers(to: messages.map(\.key)) }
        let answered = tables.send(messages)
        if !answered.isEmpty { world.note(.messageSentAgain) }
        kickEngines()
        return answered
    }

    func complete(_ task: ClaimedTask, messages: [Message]) -> Bool {
        let isHeld = tables.complete(task, messages: messages)
        if isHeld { kickEngines() }
        return isHeld
    }

    func bury(_ task: ClaimedTask, error: String, message: Message) {
        tables.bury(task, error: error, message: message)
        kickEngines()
    }

    /// Whether exactly this commit is in the log.
    func contains(_ commit: ChainHead) -> Bool {
        guard defect == .fenceByPosition else { return tables.contains(commit) }
        return tables.head(of: commit.shard).position >= commit.position
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
