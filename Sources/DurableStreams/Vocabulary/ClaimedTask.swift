/// A task that one worker holds until its lease ends.
package struct ClaimedTask: Equatable, Sendable {
    /// The stream that asked for it.
    package var stream: StreamID
    /// Unique in its stream for ever; a handler derives its idempotency keys from it.
    package var id: String
    package var kind: String
    package var body: String
    /// Counts from 1; one more for each claim.
    package var attempt: Int
    /// False for one that nobody with the seal key wrote: it is not carried out.
    package var isSealed = true

    package init(stream: StreamID, id: String, kind: String, body: String, attempt: Int) {
        self.stream = stream
        self.id = id
        self.kind = kind
        self.body = body
        self.attempt = attempt
    }
}
