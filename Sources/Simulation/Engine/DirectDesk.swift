import DurableStreams

/// Messages that an engine process decides though they stand in no inbox, as the engine's mailbox and hints carry them.
struct DirectDesk {
    /// The messages of one request, which is answered when all are decided and written, or one is declined.
    private final class Batch {
        private var missing: Int
        private var reply: ((Bool) -> Void)?

        init(_ count: Int, _ reply: @escaping (Bool) -> Void) { (missing, self.reply) = (count, reply) }

        func decided() {
            missing -= 1
            if missing == 0 { answer(true) }
        }

        func answer(_ isDurable: Bool) {
            reply?(isDurable)
            reply = nil
        }
    }

    private var accepting: Set<Shard> = []
    private var offered: [Message] = []
    private var batches: [MessageKey: [Batch]] = [:]

    /// Which shards' messages may be offered from now on.
    mutating func accept(_ shards: Set<Shard>) { accepting = shards }

    /// Takes messages that stand in no inbox; `reply` hears whether they are durable, and false sends them to their inboxes.
    ///
    /// - Returns: false when they must go through their inboxes at once.
    mutating func offer(_ messages: [Message], _ reply: @escaping (Bool) -> Void) -> Bool {
        guard messages.allSatisfy({ accepting.contains($0.stream.shard) }) else { return false }
        let batch = Batch(messages.count, reply)
        for message in messages { batches[message.key, default: []].append(batch) }
        offered += messages
        return true
    }

    /// What was offered since the last call.
    mutating func take() -> [Message] {
        defer { offered = [] }
        return offered
    }

    /// These are decided and written.
    mutating func decided(_ keys: [MessageKey]) {
        for key in keys { batches.removeValue(forKey: key)?.forEach { $0.decided() } }
    }

    /// These are not decided without their inboxes.
    mutating func decline(_ keys: [MessageKey]) {
        for key in keys { batches.removeValue(forKey: key)?.forEach { $0.answer(false) } }
    }

    /// Nothing that was offered is decided without its inbox.
    mutating func declineAll() { decline(batches.keys.sorted { ($0.stream, $0.id) < ($1.stream, $1.id) }) }

    /// As ``declineAll()``, and until the next reading nothing is taken.
    mutating func acceptNothing() {
        accept([])
        declineAll()
    }
}
