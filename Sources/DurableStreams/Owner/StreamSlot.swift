import DequeModule
import Time

/// A stream that somebody wants something of: its fold once it is loaded, and its waiting messages.
///
/// A reference type for the reason of ``OpenStream``; its owner alone uses it.
final class StreamSlot {
    enum Phase: Equatable {
        /// To be loaded; the snapshot was no use if `fromFirstEvent`.
        case wanted(fromFirstEvent: Bool)
        case loading(ticket: Int)
        case open
        /// Its fold is no longer right; it is loaded again once this flush is written.
        case spoiled(flush: Int)
        /// Its events cannot be folded by this code; its messages wait.
        case unreadable(until: Timestamp)
    }

    let stream: StreamID
    let shard: Shard
    var fold: any OpenStream
    var phase: Phase
    let repeatableKinds: Set<String>
    var waiting = Deque<WaitingMessage>()
    var isWakeDue = false
    /// It stands in the line of streams that have work.
    var isInLine = false
    /// How often in a row a wake-up led to nothing though it was due.
    var idleWakes = 0

    /// How many events it has, those not yet written included.
    var version: Int64 = 0
    /// Whether it has a row, and the wake time in it.
    var exists = false
    var storedWake: Timestamp?
    /// Bytes of events behind the snapshot, and the snapshot's.
    var bytesSinceSnapshot = 0
    var snapshotBytes = 0
    /// The last flush that has anything of it, for forgetting what is not used.
    var lastFlush = 0
    /// What it gained in the flush that is being made.
    var draft: CommitDraft?

    init(_ stream: StreamID, fold: any OpenStream, repeatableKinds: Set<String>, phase: Phase) {
        self.stream = stream
        self.repeatableKinds = repeatableKinds
        shard = stream.shard
        self.fold = fold
        self.phase = phase
    }

    var hasWork: Bool { isWakeDue || !waiting.isEmpty }

    /// The name of its next wake-up, which is no message of anybody's.
    var wakeKey: MessageKey { MessageKey(stream: stream, id: "wake/\(version)") }
}

/// A message that waits to be decided.
struct WaitingMessage {
    var message: Message
    /// It stands in the inbox; false for one that was handed over to be decided at once.
    var isInInbox: Bool

    var key: MessageKey { message.key }
}

/// The events of one stream in the flush that is being made.
struct CommitDraft {
    var events: [UInt8] = []
    var count: Int64 = 0
    let actor: String
    let cause: String

    mutating func append(_ event: RecordedEvent, by actor: String) {
        EventList.append(event, by: actor == self.actor ? nil : actor, to: &events)
        count += 1
    }
}
