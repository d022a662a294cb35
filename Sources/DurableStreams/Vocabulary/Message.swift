package import Time

/// What somebody wants of a stream, as it waits in the inbox.
package struct Message: Equatable, Sendable {
    /// The dedupe key, unique for its stream: while the first one's answer is kept, a second message changes nothing and gets it.
    package var id: String
    package var stream: StreamID
    /// The message's type, which its decider decodes by such as `approve`.
    package var kind: String
    /// JSON.
    package var body: String
    /// Who sent it: a person, `node/mi-…`, `worker/…`, `stream/…`.
    package var actor: String
    package var receivedAt: Timestamp

    package init(id: String, stream: StreamID, kind: String, body: String, actor: String, receivedAt: Timestamp) {
        self.id = id
        self.stream = stream
        self.kind = kind
        self.body = body
        self.actor = actor
        self.receivedAt = receivedAt
    }
}
