import DurableStreams
import Time

extension Commit {
    /// The commit behind `head`, rightly chained, with events that are all alike.
    static func following(
        _ head: ChainHead,
        _ stream: StreamID,
        version: Int64,
        events count: Int = 1,
        cause: String = "cause"
    ) -> Commit {
        let events = [String](repeating: "{\"type\":\"test.happened.v1\",\"data\":{\"at\":\"Zürich\"}}", count: count)
        var commit = Commit(
            shard: head.shard,
            position: head.position + 1,
            stream: stream,
            version: version,
            events: "[\(events.joined(separator: ","))]",
            actor: "alice",
            cause: cause,
            at: Timestamp(microseconds: 1_800_000_000_000_000 + head.position),
            chain: []
        )
        commit.chain = Chain.value(of: commit, after: head.chain)
        return commit
    }
}

extension FlushPart {
    /// A part behind `head` with one commit for each stream; versions count from 1.
    init(after head: ChainHead, _ streams: [(StreamID, version: Int64)] = []) {
        self.init(shard: head.shard, predecessor: head, at: Timestamp(microseconds: 1_800_000_000_000_000))
        var head = head
        for (stream, version) in streams {
            let commit = Commit.following(head, stream, version: version)
            commits.append(commit)
            head = commit.head
        }
    }
}

/// A bare message.
func plainMessage(_ id: String, to stream: StreamID, at microseconds: Int64 = 1_000_000) -> Message {
    Message(
        id: id,
        stream: stream,
        kind: "any",
        body: "{\"text\":\"\\\"quoted\\\" Zürich \(id)\"}",
        actor: "alice",
        receivedAt: Timestamp(microseconds: microseconds)
    )
}
