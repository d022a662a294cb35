import HeapModule
import Time

/// When each stream is to be looked at, earliest first.
struct WakeQueue {
    private struct Entry: Comparable {
        var at: Timestamp
        var stream: StreamID

        static func < (left: Self, right: Self) -> Bool { (left.at, left.stream) < (right.at, right.stream) }
    }

    /// Entries whose time is no longer the stream's are passed over when they come up.
    private var heap = Heap<Entry>()
    private var times: [StreamID: Timestamp] = [:]

    mutating func set(_ stream: StreamID, _ at: Timestamp?) {
        guard times[stream] != at else { return }
        times[stream] = at
        guard let at else { return }
        heap.insert(Entry(at: at, stream: stream))
        // Entries that were set aside by later times would otherwise stay until theirs comes.
        if heap.count > 64, heap.count > 2 * times.count { heap = Heap(times.map { Entry(at: $1, stream: $0) }) }
    }

    /// How much it holds, entries that will be passed over included.
    var entryCount: Int { heap.count }

    /// The earliest time at which a stream is due.
    mutating func earliest() -> Timestamp? {
        while let entry = heap.min {
            if times[entry.stream] == entry.at { return entry.at }
            heap.removeMin()
        }
        return nil
    }

    /// Takes the next stream that is due.
    mutating func next(at now: Timestamp) -> StreamID? {
        guard let at = earliest(), at <= now else { return nil }
        let entry = heap.removeMin()
        times[entry.stream] = nil
        return entry.stream
    }

    /// Forgets the streams of a shard.
    mutating func drop(_ shard: Shard) {
        times = times.filter { $0.key.shard != shard }
    }
}
