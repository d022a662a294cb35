package import Time

/// A message that could not be decided, kept with the error for people to see.
package struct SetAsideMessage: Equatable, Sendable {
    package var message: Message
    package var error: String
    package var at: Timestamp
    /// False for one that nobody with the seal key wrote: it is not retried.
    package var isSealed = true

    package init(message: Message, error: String, at: Timestamp) {
        self.message = message
        self.error = error
        self.at = at
    }

    /// It is no message of anybody's but a wake-up, which comes again by itself.
    package var isWakeUp: Bool { message.kind == "wake" && message.actor == "engine" && message.id.hasPrefix("wake/") }
}
