import Time

/// The waiting messages of one shard, in the order in which they are read.
struct MemoryInbox: Sendable {
    private(set) var messages: [Message] = []
    /// A message waits once for each time at which it was received.
    private var keys: Set<Row> = []

    private struct Row: Hashable {
        var key: MessageKey
        var receivedAt: Timestamp
    }

    /// One that waits already is left as it is.
    mutating func insert(_ message: Message) {
        guard keys.insert(Row(key: message.key, receivedAt: message.receivedAt)).inserted else { return }
        let place = firstIndex { !Self.precedes($0, message) }
        messages.insert(message, at: place)
    }

    mutating func remove(_ key: MessageKey, _ receivedAt: Timestamp) {
        guard keys.remove(Row(key: key, receivedAt: receivedAt)) != nil else { return }
        var index = firstIndex { $0.receivedAt >= receivedAt }
        while messages[index].key != key { index += 1 }
        messages.remove(at: index)
    }

    /// Those received from a time on; all when it is nil.
    func messages(since start: Timestamp?) -> ArraySlice<Message> {
        guard let start else { return messages[...] }
        return messages[firstIndex { $0.receivedAt >= start }...]
    }

    // MARK: - Steps

    private static func precedes(_ left: Message, _ right: Message) -> Bool {
        (left.receivedAt, left.stream, left.id) < (right.receivedAt, right.stream, right.id)
    }

    /// The first message for which the condition holds, as it does for all behind it.
    private func firstIndex(where condition: (Message) -> Bool) -> Int {
        var (low, high) = (0, messages.count)
        while low < high {
            let middle = (low + high) / 2
            if condition(messages[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
