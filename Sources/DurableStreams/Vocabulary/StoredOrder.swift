package import Time

/// An order as its node fetches it.
package struct StoredOrder: Equatable, Sendable {
    package var node: String
    package var id: String
    /// The stream that gave it.
    package var stream: StreamID
    package var body: String
    package var issuedAt: Timestamp
    /// It is not wanted any more: a node that has not begun it does not begin.
    package var isWithdrawn: Bool

    package init(
        node: String,
        id: String,
        stream: StreamID,
        body: String,
        issuedAt: Timestamp,
        isWithdrawn: Bool = false
    ) {
        self.node = node
        self.id = id
        self.stream = stream
        self.body = body
        self.issuedAt = issuedAt
        self.isWithdrawn = isWithdrawn
    }
}
