import DurableStreams
import Time

/// An owner with a store, driven by hand, one step at a time.
final class OwnerBench {
    var owner: Owner
    let store: InMemoryStore
    let time: ManualTime
    private let shards: [Shard]

    init(
        _ streams: StreamID...,
        engine: String = "engine-1",
        store: InMemoryStore? = nil,
        time: ManualTime = ManualTime(),
        decider: Account = Account(),
        limits: OwnerLimits = OwnerLimits()
    ) {
        owner = Owner(engine: engine, types: [StreamType(decider)], limits: limits)
        self.store = store ?? InMemoryStore(now: { time.now })
        self.time = time
        shards = Set(streams.map(\.shard)).sorted()
    }

    /// Takes the shards of the streams, as after a lease.
    func acquire() async throws {
        let heads = try await store.heads(of: shards)
        let tenures = try await store.ends(of: shards.map(StreamID.engine)).map(\.version)
        let wakes = try await store.wakes(of: shards)
        for (head, tenure) in zip(heads, tenures) {
            owner.acquired(head, tenure: tenure, wakes: wakes.filter { $0.stream.shard == head.shard })
        }
    }

    /// Takes the messages and loads their streams.
    func receive(_ messages: [Message]) async throws {
        owner.beginRead()
        owner.receive(messages, isComplete: true)
        try await load()
    }

    func load() async throws {
        while true {
            let requests = owner.streamsToLoad(limit: 10)
            guard !requests.isEmpty else { return }
            for request in requests {
                let streams = try await store.load([request.stream], fromFirstEvent: request.fromFirstEvent)
                for stream in streams { owner.loaded(stream, for: request, at: time.now) }
            }
        }
    }

    func tick() async throws {
        owner.tick(time.now)
        try await load()
    }

    func streamToLoad() -> LoadRequest? { owner.streamsToLoad(limit: 1).first }
    func nextWake() -> Timestamp? { owner.nextWake() }
    func notices() -> [OwnerNotice] { owner.takeNotices() }
    func flushed(_ outcome: FlushOutcome) -> Release { owner.flushed(outcome) }
    func ownedShards() -> [Shard] { owner.ownedShards }

    func nextFlush() -> Flush? { owner.nextFlush(at: time.now) }

    /// Writes the next flush and tells the owner; what was released, or nothing when there was nothing to write.
    @discardableResult
    func flush() async throws -> Release? {
        guard let flush = nextFlush() else { return nil }
        try await store.append(flush)
        return owner.flushed(.committed(leftOut: []))
    }

    /// Receives, decides and writes until nothing is left.
    @discardableResult
    func settle(_ messages: [Message] = []) async throws -> [MessageKey: Answer] {
        try await receive(messages)
        var answers: [MessageKey: Answer] = [:]
        while let release = try await flush() {
            for answered in release.answers { answers[answered.key] = answered.answer }
            try await tick()
        }
        return answers
    }

    /// The account as the log has it.
    func stored(_ stream: StreamID) async throws -> Account.State? {
        try await StreamReader(store: store).fold(Account(), stream)?.state
    }

    /// Messages that decisions have sent.
    func sent() async throws -> [Message] {
        try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 1_000).map(\.message)
    }
}
