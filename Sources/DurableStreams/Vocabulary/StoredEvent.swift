package import Time

/// One event as the log holds it, with its place and origin.
package struct StoredEvent: Equatable, Sendable {
    package var stream: StreamID
    /// Its number in its stream, from 1.
    package var index: Int64
    package var event: RecordedEvent
    package var actor: String
    /// The id of the first message of its commit.
    package var cause: String
    package var at: Timestamp
    package var shard: Shard
    /// Its commit's position.
    package var position: Int64
}
