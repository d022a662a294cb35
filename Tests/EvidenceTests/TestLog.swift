import Domain
import DurableStreams
import PatchStreams
import Time

/// A log that a test writes event by event, as an engine would.
struct TestLog {
    let store: InMemoryStore
    private var versions: [StreamID: Int64] = [:]

    init() { store = InMemoryStore { Timestamp(microseconds: 0) } }

    /// Commits the events in one commit.
    mutating func append<Aggregate: StreamBound>(
        _ type: Aggregate.Type,
        _ name: String,
        _ events: Aggregate.Event...,
        at moment: Timestamp,
        by actor: String = "ada"
    ) async throws {
        let (stream, decider) = (Aggregate.stream(name), DomainDecider<Aggregate>.withoutEffects)
        let texts = try events.map { event in
            let recorded = try decider.encode(event)
            return #"{"type":"\#(recorded.type)","data":\#(recorded.data)}"#
        }
        let head = try await store.heads(of: [stream.home])[0]
        versions[stream, default: 0] += Int64(events.count)
        var commit = Commit(
            shard: stream.home,
            position: head.position + 1,
            stream: stream,
            version: versions[stream] ?? 0,
            events: "[\(texts.joined(separator: ","))]",
            actor: actor,
            cause: "message-\(head.position + 1)",
            at: moment,
            chain: []
        )
        commit.chain = Chain.value(of: commit, after: head.chain)
        var part = FlushPart(shard: stream.home, predecessor: head, at: moment)
        part.commits = [commit]
        part.streams = [StreamRow(stream: stream, version: commit.version, wakeAt: nil, snapshot: nil)]
        try await store.append(Flush(parts: [part]))
    }
}

extension Timestamp {
    /// A time of the tests' own; 1970 for what is none.
    static func at(_ text: String) -> Self { Self(iso8601: text) ?? Self(microseconds: 0) }
}
