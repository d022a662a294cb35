package import Time

/// All events that one stream gained in one flush: a row of the log.
package struct Commit: Equatable, Sendable {
    package var shard: Shard
    /// Consecutive in the shard from 1.
    package var position: Int64
    package var stream: StreamID
    /// How many events the stream has after this commit.
    package var version: Int64
    /// A JSON array of `{"type":…,"data":…}`, with `"by"` where an event's actor is not the commit's; kept verbatim.
    package var events: String
    package var actor: String
    /// The id of the first message that led to it.
    package var cause: String
    package var at: Timestamp
    /// SHA-256 over the previous commit's chain value and this commit's canonical bytes; 32 bytes.
    package var chain: [UInt8]

    package init(
        shard: Shard,
        position: Int64,
        stream: StreamID,
        version: Int64,
        events: String,
        actor: String,
        cause: String,
        at: Timestamp,
        chain: [UInt8]
    ) {
        self.shard = shard
        self.position = position
        self.stream = stream
        self.version = version
        self.events = events
        self.actor = actor
        self.cause = cause
        self.at = at
        self.chain = chain
    }
}
