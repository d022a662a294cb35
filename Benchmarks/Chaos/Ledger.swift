import DurableStreams
import Synchronization
import Time

/// What was acknowledged to the driver.
final class Ledger: Sendable {
    struct Entry: Sendable {
        /// The enrolled host.
        let node: String
        /// The message that its activation decided.
        let message: MessageKey
        /// Sent through the inbox rather than to a server.
        let isByInbox: Bool
        let sentAt: Timestamp
        let acknowledgedAt: Timestamp
    }

    private let content = Mutex<[Entry]>([])

    var entries: [Entry] { content.withLock { $0 } }

    func note(_ entry: Entry) { content.withLock { $0.append(entry) } }

    /// When a server first acknowledged, and so decided, what was sent after the moment; nil when none has yet.
    func firstDecided(sentAfter moment: Timestamp) -> Timestamp? {
        content.withLock { $0.lazy.filter { !$0.isByInbox && $0.sentAt > moment }.map(\.acknowledgedAt).min() }
    }

    /// When anything was first acknowledged that was sent after the moment; nil when nothing was yet.
    func firstAcknowledged(sentAfter moment: Timestamp) -> Timestamp? {
        content.withLock { $0.lazy.filter { $0.sentAt > moment }.map(\.acknowledgedAt).min() }
    }
}
