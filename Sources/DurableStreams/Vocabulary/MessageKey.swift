/// What makes a message the same message however often it is sent.
package struct MessageKey: Hashable, Sendable {
    package var stream: StreamID
    package var id: String

    package init(stream: StreamID, id: String) {
        self.stream = stream
        self.id = id
    }
}

extension Message {
    package var key: MessageKey { MessageKey(stream: stream, id: id) }
}
