package import Time

/// Reads streams from the log.
package struct StreamReader: Sendable {
    /// Commits read at a time: they bound the memory, which a commit of a large flush uses 300 kB of.
    private static let pageCommits = 64
    private static let pageNames = 1_000
    /// Streams loaded at a time where each is small.
    private static let pageStreams = 1_000

    private let store: any LogStore
    /// Where ``commits(after:limit:)`` stands still, for a commit there is not to be believed.
    package let stopped: StoppedShards

    package init(store: any LogStore, stopped: StoppedShards = StoppedShards()) {
        self.store = store
        self.stopped = stopped
    }

    /// The same log for a reader who notes by himself where he stands still.
    package func apart(_ stopped: StoppedShards) -> Self { Self(store: store, stopped: stopped) }

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

    /// The commits that hold the stream's newest `count` events, oldest first; nothing before them is read.
    package func newestCommits(of stream: StreamID, holding count: Int) async throws -> [Commit] {
        let version = try await store.ends(of: [stream]).first?.version ?? 0
        // A commit's version is the number of its last event.
        return try await store.commits(of: stream, after: max(0, version - Int64(count)), limit: count)
    }

    /// How far each of the streams has come, in the order asked for.
    package func ends(of streams: [StreamID]) async throws -> [StreamEnd] { try await store.ends(of: streams) }

    /// Where the shard's log ends; 0 for one that stands still.
    package func end(of shard: Shard) async throws -> Int64 {
        guard let head = try await store.heads(of: [shard]).first, head.isSealed else { return 0 }
        return head.position
    }

    /// The stream's events, oldest first, up to a time if given.
    package func events(of stream: StreamID, upTo end: Timestamp? = nil) async throws -> [StoredEvent] {
        var result: [StoredEvent] = []
        try await forEachCommit(of: stream, upTo: end) { commit in
            result += try commit.storedEvents()
            guard Int64(result.count) == commit.version else { throw VersionGap(commit: commit) }
        }
        return result
    }

    /// What the stream's state is now, from its snapshot and the events behind it, or was at a time, from all its events by
    /// then; nil when it had none.
    package func fold<D: Decider>(
        _ decider: D,
        _ stream: StreamID,
        upTo end: Timestamp? = nil
    ) async throws -> FoldedState<D.State>? {
        guard let end else {
            do {
                return try await store.load([stream], fromFirstEvent: false).first?.fold(decider)
            } catch is StaleSnapshot {
                return try await store.load([stream], fromFirstEvent: true).first?.fold(decider)
            }
        }
        let folded = FoldedStream(decider, id: stream)
        try await forEachCommit(of: stream, upTo: end) { try folded.take($0) }
        return FoldedState(folded)
    }

    /// What the states of many streams are now, in the order asked for; nil for those that have none.
    package func folds<D: Decider>(_ decider: D, _ streams: [StreamID]) async throws -> [D.State?] {
        try await foldedStates(decider, streams).map { $0?.state }
    }

    /// As ``folds(_:_:)``, each with how many events are folded in it.
    package func foldedStates<D: Decider>(_ decider: D, _ streams: [StreamID]) async throws -> [FoldedState<D.State>?] {
        var states: [FoldedState<D.State>?] = []
        states.reserveCapacity(streams.count)
        for start in stride(from: 0, to: streams.count, by: Self.pageStreams) {
            let page = Array(streams[start..<min(start + Self.pageStreams, streams.count)])
            for stored in try await store.load(page, fromFirstEvent: false) {
                do {
                    states.append(try stored.fold(decider))
                } catch is StaleSnapshot {
                    states.append(try await fold(decider, stored.stream))
                }
            }
        }
        return states
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

    /// The names of up to `limit` streams of a kind behind a name, sorted.
    package func streams(ofKind kind: String, after name: StreamID?, limit: Int) async throws -> [StreamID] {
        try await store.streams(ofKind: kind, after: name, limit: limit)
    }

    /// Commits behind the cursor in the order of time, about `limit` of them, and the cursor behind them.
    ///
    /// None when there are none. In each shard they come without gaps. A shard whose last commit is not sealed stands still, and so does
    /// one behind whose place in the cursor a commit is not; see ``stopped``.
    ///
    /// - Parameter end: only those before it; nil for all. None then means that every shard was read up to it.
    package func commits(
        after cursor: LogCursor,
        before end: Timestamp? = nil,
        limit: Int
    ) async throws -> (commits: [Commit], cursor: LogCursor) {
        let heads = try await store.heads(of: Shard.all)
        var behind = heads.filter { head in
            head.position > cursor[head.shard] && head.isSealed
                && !stopped.holds(head.shard, behind: cursor[head.shard])
        }
        while !behind.isEmpty {
            let limitOfEach = max(1, limit / behind.count)
            let places = behind.map { LogPlace(shard: $0.shard, position: cursor[$0.shard]) }
            let found = try await believed(places[...], limitOfEach)
            let page = LogPage(found, limitOfEach: limitOfEach, after: cursor, before: end)
            guard page.commits.isEmpty, !found.isEmpty else { return (page.commits, page.cursor) }
            // What was found of these shards is too late; of the others nothing has been seen.
            let late = Set(found.map(\.shard))
            behind.removeAll { late.contains($0.shard) }
        }
        return ([], cursor)
    }

    /// What is to be believed behind the places; a shard stops where that ends.
    private func believed(_ places: ArraySlice<LogPlace>, _ limit: Int) async throws(StoreError) -> [Commit] {
        do {
            return try await store.commits(behind: Array(places), limitOfEach: limit)
        } catch {
            guard error.code == .unsealed, let place = places.first else { throw error }
            // By halves, then ever fewer of one shard: what is wrong is rare, and the others must not wait for it.
            if places.count > 1 {
                let middle = places.startIndex + places.count / 2
                return try await believed(places[..<middle], limit) + believed(places[middle...], limit)
            }
            if limit > 1 { return try await believed(places, limit / 2) }
            stopped.stop(place.shard, at: place.position + 1, error.description)
            return []
        }
    }

    /// The commits that hold the newest `count` events, oldest first, and the cursor behind all there are.
    ///
    /// - Parameter kinds: of the streams whose commits are left out.
    package func latest(
        holding count: Int,
        excluding kinds: [String] = []
    ) async throws -> (commits: [Commit], cursor: LogCursor) {
        let cursor = try await end()
        let commits = try await store.newestCommits(
            upTo: cursor.places,
            holding: count,
            excluding: kinds
        )
        return (commits, cursor)
    }

    /// Behind the last commit of every shard, but for those whose last commit is not sealed.
    package func end() async throws -> LogCursor {
        var cursor = LogCursor()
        for head in try await store.heads(of: Shard.all) where head.isSealed { cursor[head.shard] = head.position }
        return cursor
    }

    /// The last commit of every shard that has one, by shard, as far as a look at it tells.
    package func heads() async throws -> [ChainHead] {
        try await store.heads(of: Shard.all).filter { $0.position > 0 }.sorted { $0.shard < $1.shard }
    }

    /// Takes the stream's commits one after the other, oldest first, up to a time if given; a page of them is in memory at a time.
    package func forEachCommit(
        of stream: StreamID,
        upTo end: Timestamp? = nil,
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

extension StoredStream {
    /// The state by the snapshot and the commits behind it; nil for a stream without events.
    ///
    /// - Throws: ``StaleSnapshot`` when the snapshot is of no use and the stream is to be loaded from its first event.
    package func fold<D: Decider>(_ decider: D) throws -> FoldedState<D.State>? {
        if let unsealed { throw unsealed }
        let folded = FoldedStream(decider, id: stream)
        if let snapshot {
            do { try folded.restore(snapshot) } catch { throw StaleSnapshot() }
        }
        for commit in commits { try folded.take(commit) }
        return FoldedState(folded)
    }

    /// The snapshot that the stream's fold by its snapshot and the commits behind it would have; nil without events.
    package func refold(_ types: [StreamType]) throws -> Snapshot? {
        guard let type = types.first(where: { $0.kind == stream.kind }) else { return nil }
        let fold = type.open(stream)
        if let snapshot { try fold.restore(snapshot) }
        for commit in commits { try fold.take(commit) }
        return fold.version > 0 ? try fold.snapshot() : nil
    }
}

/// A stream's state and how many events are folded in it.
package struct FoldedState<State: Sendable>: Sendable {
    package var state: State
    package var version: Int64

    /// nil for a stream without events.
    fileprivate init?<D: Decider>(_ folded: FoldedStream<D>) where D.State == State {
        guard folded.version > 0 else { return nil }
        state = folded.state
        version = folded.version
    }
}

/// A snapshot that other code wrote: the stream is folded from its first event.
package struct StaleSnapshot: Error {}
