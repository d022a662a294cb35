import ControlPlaneTestSupport
import DurableStreams
import Postgres
import Time

extension PostgresClient {
    /// Commits an event behind the shard's last commit, sealed as the engine would.
    func append(
        _ event: RecordedEvent,
        to stream: StreamID,
        version: Int64,
        at moment: Timestamp
    ) async throws {
        let store = PostgresStore(client: self, sealKey: TestDeployment.sealKey)
        let head = try await store.heads(of: [stream.shard])[0]
        var commit = Commit(
            shard: stream.shard,
            position: head.position + 1,
            stream: stream,
            version: version,
            events: #"[{"type":"\#(event.type)","data":\#(event.data)}]"#,
            actor: "test",
            cause: "\(stream) \(version)",
            at: moment,
            chain: []
        )
        commit.chain = Chain.value(of: commit, after: head.chain)
        var part = FlushPart(shard: stream.shard, predecessor: head, at: moment)
        part.commits = [commit]
        part.streams = [StreamRow(stream: stream, version: version, wakeAt: nil, snapshot: nil)]
        try await store.append(Flush(parts: [part]))
    }
}
