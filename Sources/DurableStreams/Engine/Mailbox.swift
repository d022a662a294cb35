import Synchronization

/// Where messages are handed to the engine of the same process once they are durable in the inbox.
///
/// It spares reading them back. What it does not hold is found in the inbox.
final class Mailbox: Sendable {
    struct Content: Sendable {
        var messages: [Message] = []
        /// There is more in the inbox than was handed over.
        var isIncomplete = false
    }

    /// What an engine takes at a time, twice; beyond it the inbox is read.
    private static let capacity = 40_000

    let signal = Signal()
    private let content = Mutex(Content())

    func put(_ messages: [Message]) {
        content.withLock { content in
            if content.messages.count + messages.count <= Self.capacity {
                content.messages += messages
            } else {
                content.isIncomplete = true
            }
        }
        signal.notify()
    }

    /// There is something in the inbox that is not handed over.
    func lookIntoInbox() {
        content.withLock { $0.isIncomplete = true }
        signal.notify()
    }

    func take() -> Content {
        content.withLock { content in
            defer { content = Content() }
            return content
        }
    }
}
