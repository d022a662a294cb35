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

    /// Up to `limit` of the stream's commits behind a version, oldest first.
    package func commits(of stream: StreamID, after version: Int64, limit: Int) async throws -> [Commit] {
        try await store.commits(of: stream, after: version, limit: limit)
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

    /// Up to `limit` commits behind the cursor, oldest first, and the cursor behind them.
    ///
    /// In each shard they come in order and without gaps.
    package func commits(after cursor: LogCursor, limit: Int) async throws -> (commits: [Commit], cursor: LogCursor) {
        var pages: [[Commit]] = []
        for head in try await store.heads(of: Shard.all) where head.position > cursor[head.shard] {
            pages.append(try await store.commits(in: head.shard, after: cursor[head.shard], limit: limit))
        }
        let result = Array(Self.merged(pages).prefix(limit))
        var next = cursor
        for commit in result { next[commit.shard] = commit.position }
        return (result, next)
    }

    /// The newest commits, up to `limit`, oldest first, and the cursor behind them.
    package func latest(limit: Int) async throws -> (commits: [Commit], cursor: LogCursor) {
        var (pages, cursor) = ([[Commit]](), LogCursor())
        for head in try await store.heads(of: Shard.all) where head.position > 0 {
            let start = max(0, head.position - Int64(limit))
            pages.append(try await store.commits(in: head.shard, after: start, limit: limit))
            cursor[head.shard] = head.position
        }
        return (Self.merged(pages).suffix(limit), cursor)
    }

    /// Behind the last commit of every shard.
    package func end() async throws -> LogCursor {
        var cursor = LogCursor()
        for head in try await store.heads(of: Shard.all) { cursor[head.shard] = head.position }
        return cursor
    }

    // MARK: - Steps

    /// By time, without changing the order within a page.
    private static func merged(_ pages: [[Commit]]) -> [Commit] {
        pages.flatMap { page in
            var latest = Timestamp(microseconds: .min)
            return page.map { commit in
                latest = max(latest, commit.at)
                return (latest, commit)
            }
        }
        .sorted { ($0.0, $0.1.shard.rawValue, $0.1.position) < ($1.0, $1.1.shard.rawValue, $1.1.position) }
        .map(\.1)
    }

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
