import DurableStreams
import Testing
import Time

/// What every store does with the log.
@Suite(.timeLimit(.minutes(10)))
struct StoreLogTests {
    private let stream = StreamID("account/one")
    private let genesis = ChainHead.genesis(StreamID("account/one").shard)

    @Test("What is appended is read back to the byte", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.with { store in
            let part = FlushPart(after: genesis, [(stream, 1), (StreamID("account/two"), 1), (stream, 2)])
            try await store.append(Flush(parts: [part]))
            let start = LogPlace(shard: stream.shard, position: 0)
            #expect(try await store.commits(behind: [start], limitOfEach: 10) == part.commits)
            let second = LogPlace(shard: stream.shard, position: 1)
            #expect(try await store.commits(behind: [second], limitOfEach: 1) == [part.commits[1]])
            #expect(try await store.heads(of: [stream.shard]) == part.commits.suffix(1).map(\.head))
            #expect(try await store.contains(part.commits[1].head))
            var altered = part.commits[1].head
            altered.chain = Chain.genesis
            #expect(try await !store.contains(altered))
            #expect(try await store.commits(of: stream, after: 1, limit: 10).map(\.version) == [2])
        }
    }

    @Test("Heads come in the order asked for, genesis where there is nothing", arguments: StoreKind.allCases)
    func heads(kind: StoreKind) async throws {
        try await kind.with { store in
            let part = FlushPart(after: genesis, [(stream, 1)])
            try await store.append(Flush(parts: [part]))
            let empty = Shard((stream.shard.rawValue + 1) % 256)
            let heads = try await store.heads(of: [empty, stream.shard])
            #expect(heads == [.genesis(empty), part.commits[0].head])
        }
    }

    @Test("An append behind anything but the last commit writes nothing", arguments: StoreKind.allCases)
    func fence(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = FlushPart(after: genesis, [(stream, 1)])
            try await store.append(Flush(parts: [first]))
            let elsewhere = StreamID("account/elsewhere")
            let innocent = FlushPart(after: .genesis(elsewhere.shard), [(elsewhere, 1)])

            var foreign = first.commits[0].head
            foreign.chain[0] ^= 1
            var missing = foreign
            missing.position = 9
            for head in [genesis, foreign, missing] {
                let late = FlushPart(after: head, [(stream, 2)])
                let error = await #expect(throws: StoreError.self) {
                    try await store.append(Flush(parts: [innocent, late].sorted { $0.shard < $1.shard }))
                }
                #expect(error?.code == .conflict)
            }
            #expect(try await store.heads(of: [elsewhere.shard]).map(\.position) == [0])
            #expect(try await store.heads(of: [stream.shard]).map(\.position) == [1])
        }
    }

    @Test("Answers without a commit are fenced like commits", arguments: StoreKind.allCases)
    func fencedAnswers(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = FlushPart(after: genesis, [(stream, 1)])
            func answering(_ id: String, after head: ChainHead) -> Flush {
                var part = FlushPart(after: head)
                let key = MessageKey(stream: stream, id: id)
                part.answers = [
                    AnsweredMessage(key: key, receivedAt: part.at, answer: .refused(code: "no", detail: "never"))
                ]
                return Flush(parts: [part])
            }
            try await store.append(answering("before-any-commit", after: genesis))
            try await store.append(Flush(parts: [first]))
            let error = await #expect(throws: StoreError.self) {
                try await store.append(answering("stale", after: genesis))
            }
            #expect(error?.code == .conflict)
            try await store.append(answering("fresh", after: first.commits[0].head))
            let keys = ["before-any-commit", "stale", "fresh"].map { MessageKey(stream: stream, id: $0) }
            #expect(Set(try await store.answers(to: keys).keys.map(\.id)) == ["before-any-commit", "fresh"])
        }
    }

    @Test("A version of a stream cannot be written twice", arguments: StoreKind.allCases)
    func staleFold(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = FlushPart(after: genesis, [(stream, 1)])
            try await store.append(Flush(parts: [first]))
            let error = await #expect(throws: StoreError.self) {
                try await store.append(Flush(parts: [FlushPart(after: first.commits[0].head, [(stream, 1)])]))
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test("A stream is loaded from its snapshot and the commits behind it", arguments: StoreKind.allCases)
    func load(kind: StoreKind) async throws {
        try await kind.with { store in
            var part = FlushPart(after: genesis, [(stream, 1), (stream, 2), (stream, 3)])
            let wake = Timestamp(microseconds: 5_000_000)
            let snapshot = Snapshot(version: 2, state: "{\"sum\":\"Zürich\"}")
            part.streams = [StreamRow(stream: stream, version: 3, wakeAt: wake, snapshot: snapshot)]
            try await store.append(Flush(parts: [part]))
            let unknown = StreamID("account/unknown")
            let loaded = try await store.load([unknown, stream], fromFirstEvent: false)
            #expect(
                loaded == [
                    StoredStream(stream: unknown, exists: false, wakeAt: nil, snapshot: nil, commits: []),
                    StoredStream(
                        stream: stream,
                        exists: true,
                        wakeAt: wake,
                        snapshot: snapshot,
                        commits: [part.commits[2]]
                    ),
                ]
            )
            let whole = try await store.load([stream], fromFirstEvent: true)
            #expect(whole.map(\.snapshot) == [nil])
            #expect(whole.map(\.commits) == [part.commits])
        }
    }

    @Test(
        "A stream's row keeps its snapshot until a new one comes, and is woken no more when told so",
        arguments: StoreKind.allCases
    )
    func rows(kind: StoreKind) async throws {
        try await kind.with { store in
            var part = FlushPart(after: genesis, [(stream, 1)])
            let wake = Timestamp(microseconds: 5_000_000)
            let snapshot = Snapshot(version: 1, state: "{}")
            part.streams = [StreamRow(stream: stream, version: 1, wakeAt: wake, snapshot: snapshot)]
            try await store.append(Flush(parts: [part]))
            #expect(try await store.wakes(of: [stream.shard]) == [StoredWake(stream: stream, at: wake)])
            #expect(try await store.wakes(of: [Shard((stream.shard.rawValue + 1) % 256)]).isEmpty)

            var next = FlushPart(after: part.commits[0].head, [(stream, 2)])
            next.streams = [StreamRow(stream: stream, version: 2, wakeAt: nil, snapshot: nil)]
            try await store.append(Flush(parts: [next]))
            #expect(try await store.wakes(of: [stream.shard]).isEmpty)
            #expect(try await store.load([stream], fromFirstEvent: false).map(\.snapshot) == [snapshot])
        }
    }

    @Test("Streams are listed by kind, in pages", arguments: StoreKind.allCases)
    func listing(kind: StoreKind) async throws {
        try await kind.with { store in
            let names = (0..<7).map { StreamID("account/\($0)") } + [StreamID("accountant/1")]
            let parts = names.map { name in
                var part = FlushPart(after: .genesis(name.shard), [(name, 1)])
                part.streams = [StreamRow(stream: name, version: 1, wakeAt: nil, snapshot: nil)]
                return part
            }
            for part in parts {
                let head = try await store.heads(of: [part.shard])[0]
                var part = part
                part.predecessor = head
                part.commits = [.following(head, part.commits[0].stream, version: 1)]
                try await store.append(Flush(parts: [part]))
            }
            let firstPage = try await store.streams(ofKind: "account", after: nil, limit: 5)
            #expect(firstPage == Array(names[..<5]))
            let secondPage = try await store.streams(ofKind: "account", after: firstPage.last, limit: 5)
            #expect(secondPage == Array(names[5..<7]))
        }
    }

    @Test("A stream's end is its last commit, the shards' own among them", arguments: StoreKind.allCases)
    func ends(kind: StoreKind) async throws {
        try await kind.with { store in
            let shard = stream.shard
            try await store.append(
                Flush(parts: [FlushPart(after: genesis, [(.engine(shard), 1), (.engine(shard), 2)])])
            )
            let empty = Shard((shard.rawValue + 1) % 256)
            let commits = try await store.commits(of: .engine(shard), after: 0, limit: 9)
            #expect(commits.map(\.version) == [1, 2])
            let last = try #require(commits.last)
            let ends = try await store.ends(of: [.engine(empty), .engine(shard), stream])
            #expect(ends == [.start, StreamEnd(version: 2, chain: last.chain), .start])
        }
    }
}
