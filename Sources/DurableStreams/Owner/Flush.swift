package import Time

/// What one transaction writes: the parts of some shards, all or none.
package struct Flush: Equatable, Sendable {
    /// By shard, ascending; never empty.
    package var parts: [FlushPart]

    package init(parts: [FlushPart]) { self.parts = parts }

    /// A commit that is stored exactly when the flush is; nil when no part has one.
    package var witness: ChainHead? { parts.lazy.compactMap(\.commits.last).first?.head }
}

/// What one flush writes for one shard, if ``predecessor`` is still the shard's last commit.
package struct FlushPart: Equatable, Sendable {
    package var shard: Shard
    package var predecessor: ChainHead
    /// When it was decided: the time of all its commits.
    package var at: Timestamp
    /// Consecutive behind the predecessor; empty when messages were refused or changed nothing.
    package var commits: [Commit] = []
    /// The outcome of each consumed message, which leaves the inbox.
    package var answers: [AnsweredMessage] = []
    package var streams: [StreamRow] = []
    package var orders: [StoredOrder] = []
    package var retractions: [OrderKey] = []
    /// Of orders that stay until they are retracted.
    package var withdrawals: [OrderKey] = []
    package var tasks: [NewTask] = []
    /// To the inboxes of this and other shards.
    package var messages: [Message] = []
    package var setAside: [SetAsideMessage] = []

    package init(shard: Shard, predecessor: ChainHead, at: Timestamp) {
        self.shard = shard
        self.predecessor = predecessor
        self.at = at
    }
}

/// A message that is decided, with its answer.
package struct AnsweredMessage: Equatable, Sendable {
    package var key: MessageKey
    package var receivedAt: Timestamp
    package var answer: Answer
    /// It leaves the inbox with this; false for one that was handed over without standing there.
    package var isInInbox: Bool
    /// The answer is stored; false when its stream recognises repetitions itself.
    package var isKept: Bool

    package init(
        key: MessageKey,
        receivedAt: Timestamp,
        answer: Answer,
        isInInbox: Bool = true,
        isKept: Bool = true
    ) {
        self.key = key
        self.receivedAt = receivedAt
        self.answer = answer
        self.isInInbox = isInInbox
        self.isKept = isKept
    }
}

/// What is kept of a stream besides its commits: where to load it from and when to wake it.
package struct StreamRow: Equatable, Sendable {
    package var stream: StreamID
    package var version: Int64
    /// Never later than the fold's own wish; nil when it has none.
    package var wakeAt: Timestamp?
    /// nil keeps the stored one.
    package var snapshot: Snapshot?

    package init(stream: StreamID, version: Int64, wakeAt: Timestamp?, snapshot: Snapshot?) {
        self.stream = stream
        self.version = version
        self.wakeAt = wakeAt
        self.snapshot = snapshot
    }
}

/// An order's name.
package struct OrderKey: Hashable, Sendable {
    package var node: String
    package var id: String

    package init(node: String, id: String) {
        self.node = node
        self.id = id
    }
}

/// A task as a stream asks for it.
package struct NewTask: Equatable, Sendable {
    package var stream: StreamID
    package var id: String
    package var kind: String
    package var body: String
    package var notBefore: Timestamp

    package init(stream: StreamID, id: String, kind: String, body: String, notBefore: Timestamp) {
        self.stream = stream
        self.id = id
        self.kind = kind
        self.body = body
        self.notBefore = notBefore
    }

    /// Microseconds from the moment it was asked for until it may be claimed.
    func wait(from moment: Timestamp) -> Int64 { max(0, notBefore.microseconds - moment.microseconds) }
}
