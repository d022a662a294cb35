import Synchronization

/// The shards that a reader of the log has come to a halt in, each at a commit that it cannot take; in the others it goes on.
///
/// Each is tried again after a rest: the commit may have been put right. Made for one reader, or for many who come from
/// different places: then it spares them the most of it.
package final class StoppedShards: Sendable {
    /// Where a reader stands still.
    package struct Stop: Equatable, Sendable {
        package let shard: Shard
        /// Of the first commit that is not taken.
        package let position: Int64
        /// Why, and what to do.
        package let reason: String
    }

    private struct Entry {
        var stop: Stop
        var dueAt: ContinuousClock.Instant
        var isTold = false
    }

    private let rest: Duration
    private let entries = Mutex<[Shard: Entry]>([:])

    /// - Parameter rest: until a shard is tried again.
    package init(rest: Duration = .seconds(10)) { self.rest = rest }

    /// By shard.
    package var all: [Stop] { entries.withLock { $0.values.map(\.stop) }.sorted { $0.shard < $1.shard } }

    /// Those that were not asked for before, by shard.
    package func takeNews() -> [Stop] {
        entries.withLock { entries in
            let news = entries.values.filter { !$0.isTold }.map(\.stop).sorted { $0.shard < $1.shard }
            for stop in news { entries[stop.shard]?.isTold = true }
            return news
        }
    }

    package func stop(_ shard: Shard, at position: Int64, _ reason: String) {
        entries.withLock { entries in
            let stop = Stop(shard: shard, position: position, reason: reason)
            let isTold = entries[shard].map { $0.isTold && $0.stop.position == position } ?? false
            entries[shard] = Entry(stop: stop, dueAt: .now + rest, isTold: isTold)
        }
    }

    /// The reader has come so far: where that is further than a stop, it goes on there.
    package func pass(_ cursor: LogCursor) {
        entries.withLock { entries in entries = entries.filter { $0.value.stop.position > cursor[$0.key] } }
    }

    /// Whether a reader that has come to this position stands still for now.
    package func holds(_ shard: Shard, behind position: Int64) -> Bool {
        entries.withLock { entries in
            guard let entry = entries[shard] else { return false }
            return entry.stop.position == position + 1 && entry.dueAt > .now
        }
    }

    /// How far a reader that has come to a place can come for now.
    package func limit(_ end: LogCursor, from cursor: LogCursor) -> LogCursor {
        var end = end
        for shard in Shard.all where holds(shard, behind: cursor[shard]) { end[shard] = cursor[shard] }
        return end
    }
}
