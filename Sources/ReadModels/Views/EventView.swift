package import Time

/// One event of the log.
package struct EventView: Codable, Equatable, Sendable {
    package var shard: Int
    package var position: Int64
    package var stream: String
    package var at: Timestamp
    package var actor: String
    package var type: String
    package var data: EventData

    package init(
        shard: Int,
        position: Int64,
        stream: String,
        at: Timestamp,
        actor: String,
        type: String,
        data: EventData
    ) {
        self.shard = shard
        self.position = position
        self.stream = stream
        self.at = at
        self.actor = actor
        self.type = type
        self.data = data
    }
}

/// A page of the log and where to read on.
package struct EventPage: Codable, Equatable, Sendable {
    package var events: [EventView]
    /// Opaque; give it as `after` to read what comes next.
    package var cursor: String

    package init(events: [EventView], cursor: String) {
        self.events = events
        self.cursor = cursor
    }
}
