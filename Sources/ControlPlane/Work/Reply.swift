package import Domain
package import DurableStreams
import PatchStreams
package import Time

/// What a worker says to a stream when its task is done.
package struct Reply {
    private let stream: StreamID
    private let kind: String
    private let body: () throws -> String

    package init(_ stream: StreamID, _ message: some DomainMessage) {
        self.stream = stream
        kind = message.kind
        body = { try DomainJSON.encode(message) }
    }

    package func message(of task: ClaimedTask, at now: Timestamp) throws -> Message {
        Message(
            id: "\(task.id)/\(kind)",
            stream: stream,
            kind: kind,
            body: try body(),
            actor: "worker/\(task.kind)",
            receivedAt: now
        )
    }
}
