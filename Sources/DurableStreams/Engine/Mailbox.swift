import Synchronization

/// Where messages are handed to the engine of the same process.
///
/// Those that are durable in the inbox need not be read back; what it does not hold is found there. Those to shards that the
/// engine owns need not even be put into the inbox: they are durable with their decision.
final class Mailbox: Sendable {
    struct Content: Sendable {
        var messages: [Message] = []
        /// There is more in the inbox than was handed over.
        var isIncomplete = false
        /// They stand in no inbox.
        var direct: [Message] = []
    }

    /// What an engine takes at a time, twice; beyond it the inbox is read.
    private static let capacity = 40_000

    let signal = Signal()
    private let content = Mutex(Content())
    private let accepting = Mutex<Set<Shard>>([])

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

    /// Takes messages to be decided without going through the inbox; false when they must.
    func offer(_ messages: [Message]) -> Bool {
        let isAccepted = accepting.withLock { shards in messages.allSatisfy { shards.contains($0.stream.shard) } }
        guard isAccepted else { return false }
        let hasRoom = content.withLock { content in
            guard content.direct.count + messages.count <= Self.capacity else { return false }
            content.direct += messages
            return true
        }
        if hasRoom { signal.notify() }
        return hasRoom
    }

    /// Which shards' messages may be offered from now on.
    func accept(_ shards: Set<Shard>) { accepting.withLock { $0 = shards } }

    func take() -> Content {
        content.withLock { content in
            defer { content = Content() }
            return content
        }
    }
}
