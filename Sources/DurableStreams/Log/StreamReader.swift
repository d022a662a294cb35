package import Time

/// Reads streams from the log.
package struct StreamReader: Sendable {
    /// Commits read at a time: they bound the memory, which a commit of a large flush uses 300 kB of.
    private static let pageCommits = 64
    private static let pageNames = 1_000

    private let store: any LogStore

    package init(store: any LogStore) { self.store = store }

    /// The stream's commits, oldest first, up to a time if given; empty for a stream that has none.
    package func commits(of stream: StreamID, upTo end: Timestamp? = nil) async throws -> [Commit] {
        var result: [Commit] = []
        try await forEachCommit(of: stream, upTo: end) { result.append($0) }
        return result
    }

    /// The stream's events, oldest first, up to a time if given.
    package func events(of stream: StreamID, upTo end: Timestamp? = nil) async throws -> [StoredEvent] {
        var result: [StoredEvent] = []
        try await forEachCommit(of: stream, upTo: end) { result += try $0.storedEvents() }
        return result
    }

    /// What the stream's state was at a time, or is now; nil when it had no event by then.
    package func fold<D: Decider>(
        _ decider: D,
        _ stream: StreamID,
        upTo end: Timestamp? = nil
    ) async throws -> FoldedState<D.State>? {
        var folded: FoldedState<D.State>?
        try await forEachCommit(of: stream, upTo: end) { commit in
            var next = folded ?? FoldedState(state: decider.initialState(of: stream), version: 0, at: commit.at)
            for entry in try EventList.parse(commit.events) {
                decider.evolve(&next.state, try decider.decode(entry.event))
            }
            next.version = commit.version
            next.at = commit.at
            folded = next
        }
        return folded
    }

    /// The names of all streams of a kind, sorted.
    package func streams(ofKind kind: String) async throws -> [StreamID] {
        var result: [StreamID] = []
        while true {
            let page = try await store.streams(ofKind: kind, after: result.last, limit: Self.pageNames)
            result += page
            guard page.count == Self.pageNames else { return result }
        }
    }

    /// The commits behind the cursor, at most `limit` of each shard, and the cursor behind them.
    ///
    /// In each shard they come in order and without gaps; commits of different shards have no order.
    package func commits(after cursor: LogCursor, limitPerShard limit: Int) async throws -> (
        commits: [Commit], cursor: LogCursor
    ) {
        var (result, next) = ([Commit](), cursor)
        for head in try await store.heads(of: Shard.all) where head.position > cursor[head.shard] {
            let page = try await store.commits(in: head.shard, after: cursor[head.shard], limit: limit)
            if let last = page.last { next[head.shard] = last.position }
            result += page
        }
        return (result, next)
    }

    /// Behind the last commit of every shard.
    package func end() async throws -> LogCursor {
        var cursor = LogCursor()
        for head in try await store.heads(of: Shard.all) { cursor[head.shard] = head.position }
        return cursor
    }

    // MARK: - Steps

    private func forEachCommit(
        of stream: StreamID,
        upTo end: Timestamp?,
        _ body: (Commit) throws -> Void
    ) async throws {
        var version: Int64 = 0
        while true {
            let page = try await store.commits(of: stream, after: version, limit: Self.pageCommits)
            for commit in page {
                if let end, commit.at > end { return }
                try body(commit)
            }
            guard let last = page.last, page.count == Self.pageCommits else { return }
            version = last.version
        }
    }
}

/// A stream's state with its place in the log.
package struct FoldedState<State: Sendable>: Sendable {
    package var state: State
    /// How many events are folded.
    package var version: Int64
    /// When the last of them was committed.
    package var at: Timestamp
}

/// How far a reader has come in each shard.
package struct LogCursor: Equatable, Sendable {
    private var positions = [Int64](repeating: 0, count: Shard.count)

    /// Before the first commit of every shard.
    package init() {}

    package subscript(shard: Shard) -> Int64 {
        get { positions[Int(shard.rawValue)] }
        set { positions[Int(shard.rawValue)] = newValue }
    }
}

extension Commit {
    /// The commit's events, each with its number and origin.
    package func storedEvents() throws(EventListError) -> [StoredEvent] {
        let entries = try EventList.parse(events)
        return entries.enumerated().map { offset, entry in
            StoredEvent(
                stream: stream,
                index: version - Int64(entries.count - 1 - offset),
                event: entry.event,
                actor: entry.actor ?? actor,
                cause: cause,
                at: at,
                shard: shard,
                position: position
            )
        }
    }
}
