import Testing
import Time

@testable import DurableStreams

/// Reading the log as a whole, and streams by their snapshots.
@Suite(.timeLimit(.minutes(10)))
struct StreamReaderTests {
    /// Appends commits at these seconds to the streams, each in its own shard.
    ///
    /// - Parameter events: of each; nil for one event each.
    private func append(
        _ store: any Store,
        _ entries: [(stream: StreamID, seconds: Int64)],
        _ events: [Int64]? = nil
    ) async throws {
        for ((stream, seconds), count) in zip(entries, events ?? entries.map { _ in 1 }) {
            let head = try await store.heads(of: [stream.home])[0]
            let version = try await store.commits(of: stream, after: 0, limit: 1_000).last?.version ?? 0
            var commit = Commit.following(head, stream, version: version + count)
            commit.at = Timestamp(microseconds: seconds * 1_000_000)
            commit.chain = Chain.value(of: commit, after: head.chain)
            var part = FlushPart(shard: stream.home, predecessor: head, at: commit.at)
            part.commits = [commit]
            try await store.append(Flush(parts: [part]))
        }
    }

    /// Streams of different shards.
    private var streams: [StreamID] {
        var shards: Set<Shard> = []
        return (0..<100).map { account("\($0)") }.filter { shards.insert($0.shard).inserted }
    }

    @Test(
        "Read page by page, the log is in the order of time, whole, and no page is large",
        arguments: StoreKind.allCases
    )
    func pages(kind: StoreKind) async throws {
        try await kind.with { store in
            var random = SplitMix64(seed: 7)
            let entries = (0..<60).map { (streams[Int.random(in: 0..<6, using: &random)], Int64($0)) }
            try await append(store, entries)
            let reader = StreamReader(store: store)
            var (cursor, seen) = (LogCursor(), [Commit]())
            while true {
                let page = try await reader.commits(after: cursor, limit: 7)
                #expect(page.commits.count <= 7 + 6)
                guard !page.commits.isEmpty else { break }
                (seen, cursor) = (seen + page.commits, page.cursor)
            }
            #expect(seen.map(\.stream) == entries.map(\.0))
            #expect(seen.map(\.at.microseconds) == entries.map { $0.1 * 1_000_000 })
            #expect(try await reader.end() == cursor)
        }
    }

    @Test(
        "Read up to a time, the log is whole to it and has nothing behind it, whatever the shards hold",
        arguments: StoreKind.allCases
    )
    func before(kind: StoreKind) async throws {
        try await kind.with { store in
            var random = SplitMix64(seed: 8)
            let entries = (0..<60).map { (streams[Int.random(in: 0..<6, using: &random)], Int64($0)) }
            try await append(store, entries)
            let reader = StreamReader(store: store)
            var cursor = LogCursor()
            for part in [20, 21, 60] {
                let end = Timestamp(microseconds: Int64(part) * 1_000_000)
                var seen: [Commit] = []
                while true {
                    let page = try await reader.commits(after: cursor, before: end, limit: 7)
                    guard !page.commits.isEmpty else { break }
                    (seen, cursor) = (seen + page.commits, page.cursor)
                }
                let wanted = part == 20 ? 0..<20 : part == 21 ? 20..<21 : 21..<60
                #expect(seen.map(\.at.microseconds) == wanted.map { Int64($0) * 1_000_000 })
            }
            #expect(try await reader.end() == cursor)
        }
    }

    @Test(
        "The newest come oldest first, with the cursor behind all, without the kinds that are left out",
        arguments: StoreKind.allCases
    )
    func latest(kind: StoreKind) async throws {
        try await kind.with { store in
            let (one, two) = (streams[0], streams[1])
            try await append(store, [(one, 1), (two, 2), (one, 3), (two, 4), (one, 5)])
            try await append(store, [(.engine(one.shard), 6)])
            let reader = StreamReader(store: store)
            let newest = try await reader.latest(holding: 3, excluding: ["engine", "other"])
            #expect(newest.commits.map(\.at.microseconds) == [3_000_000, 4_000_000, 5_000_000])
            let all = try await reader.latest(holding: 2)
            #expect(all.commits.map(\.stream) == [one, .engine(one.shard)])
            #expect(try await reader.commits(after: newest.cursor, limit: 10).commits.isEmpty)
            try await append(store, [(two, 7)])
            #expect(try await reader.commits(after: newest.cursor, limit: 10).commits.map(\.stream) == [two])
        }
    }

    @Test("The newest events are found in whichever shards they are", arguments: [1, 2, 3] as [UInt64])
    func newest(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        // Most are in one shard, and far apart in the others.
        let entries = (0..<90).map { second in
            (
                streams[Int.random(in: 0..<10, using: &random) < 8 ? 0 : Int.random(in: 1..<6, using: &random)],
                Int64(second)
            )
        }
        let events = entries.map { _ in Int64.random(in: 1...3, using: &random) }
        for kind in StoreKind.allCases {
            try await kind.with { store in
                try await append(store, entries, events)
                for count in [1, 2, 15, 16, 17, 40, 64, 65, 100, 1_000] {
                    var missing = Int64(count)
                    let wanted = zip(entries, events).reversed().prefix { _, events in
                        defer { missing -= events }
                        return missing > 0
                    }
                    let found = try await StreamReader(store: store).latest(holding: count)
                    let seconds = found.commits.map { $0.at.microseconds / 1_000_000 }
                    #expect(seconds == wanted.reversed().map(\.0.1), "seed \(seed), \(kind), \(count)")
                }
            }
        }
    }

    @Test("Of one stream's newest events no more commits are read than hold them", arguments: StoreKind.allCases)
    func newestOfStream(kind: StoreKind) async throws {
        try await kind.with { store in
            let (one, two) = (streams[0], streams[1])
            try await append(store, [(one, 1), (two, 2), (one, 3), (one, 4)])
            let reader = StreamReader(store: store)
            for (count, versions) in [(1, [3]), (2, [2, 3]), (3, [1, 2, 3]), (9, [1, 2, 3])] as [(Int, [Int64])] {
                #expect(try await reader.newestCommits(of: one, holding: count).map(\.version) == versions)
            }
            #expect(try await reader.newestCommits(of: account("nobody"), holding: 5).isEmpty)
            #expect(try await reader.end(of: one.shard) == reader.end()[one.shard])
        }
    }

    @Test("A stream's state is read from its snapshot; at a time, from its events")
    func snapshots() async throws {
        var limits = OwnerLimits()
        limits.snapshotBytes = 100
        let savings = account("savings")
        let bench = OwnerBench(savings, limits: limits)
        try await bench.acquire()
        let start = bench.time.now
        for number in 1...40 {
            bench.time.advance(by: .seconds(1))
            try await bench.settle([message("\(number)", to: savings, .deposit(1))])
        }
        let reader = StreamReader(store: bench.store)
        let now = try #require(try await reader.fold(Account(), savings))
        #expect(now.state.balance == 40 && now.version == 40)
        #expect(try await reader.fold(Account(), savings, upTo: start + .seconds(7))?.state.balance == 7)
        #expect(try await reader.fold(Account(), savings, upTo: start) == nil)
        #expect(try await reader.fold(Account(), account("nobody")) == nil)
        // What is behind the snapshot is all that is read.
        let loaded = try await bench.store.load([savings], fromFirstEvent: false)[0]
        #expect(loaded.commits.count < 20)
    }
}
