/// What makes a message the same message however often it is sent.
package struct MessageKey: Hashable, Sendable {
    package var stream: StreamID
    package var id: String

    package init(stream: StreamID, id: String) {
        self.stream = stream
        self.id = id
    }

    /// Ids differ first: those of one stream are many.
    package static func == (left: Self, right: Self) -> Bool { left.id == right.id && left.stream == right.stream }

    /// Of the id alone: hashing the stream's name too would cost twice as much and tell few keys apart.
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Message {
    package var key: MessageKey { MessageKey(stream: stream, id: id) }
}
