package import Time

/// A message that could not be decided, kept with the error for people to see.
package struct SetAsideMessage: Equatable, Sendable {
    package var message: Message
    package var error: String
    package var at: Timestamp

    package init(message: Message, error: String, at: Timestamp) {
        self.message = message
        self.error = error
        self.at = at
    }
}
