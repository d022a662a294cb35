import DurableStreams
import Testing
import Time

/// What every store does with messages that were set aside.
@Suite(.timeLimit(.minutes(10)))
struct StoreSetAsideTests {
    private let stream = StreamID("account/one")
    private let retry = SettlementRequest(id: "r-1", verb: .retry, by: "ana", reason: nil)
    private let discard = SettlementRequest(id: "d-1", verb: .discard, by: "ben", reason: "a \"test\"")

    /// Sets the messages aside, as a flush does.
    private func setAside(_ messages: [Message], in store: any Store) async throws -> [SetAsideMessage] {
        try await store.send(messages)
        var rows: [SetAsideMessage] = []
        for message in messages {
            var part = FlushPart(after: try await store.heads(of: [message.stream.shard])[0])
            let row = SetAsideMessage(message: message, error: "broken", at: Timestamp(microseconds: 5_000_000))
            part.setAside = [row]
            part.answers = [
                AnsweredMessage(
                    key: message.key,
                    receivedAt: message.receivedAt,
                    answer: .setAside(error: "broken")
                )
            ]
            try await store.append(Flush(parts: [part]))
            rows.append(row)
        }
        return rows
    }

    private func waiting(in store: any Store) async throws -> [InboxRow] {
        try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10)
    }

    @Test("A message to be retried waits again at its old place, without an answer", arguments: StoreKind.allCases)
    func retried(kind: StoreKind) async throws {
        try await kind.with { store in
            let broken = plainMessage("1", to: stream, at: 1_000_000)
            let rows = try await setAside([broken], in: store)
            let later = plainMessage("2", to: stream, at: 2_000_000)
            try await store.send([later])

            let settlement = try #require(try await store.settle(broken.key, retry))
            #expect(settlement.request == retry)
            #expect(settlement.settled == rows[0])
            #expect(try await waiting(in: store) == [broken, later].map { InboxRow(message: $0, isAnswered: false) })
            #expect(try await store.answers(to: [broken.key]).isEmpty)
            #expect(try await store.setAside(limit: 10).isEmpty)
            #expect(try await store.settlements(of: "1", in: nil, limit: 10) == [settlement])
            #expect(try await store.settle(broken.key, discard) == nil)
        }
    }

    @Test("A discarded message is refused from then on", arguments: StoreKind.allCases)
    func discarded(kind: StoreKind) async throws {
        try await kind.with { store in
            let broken = plainMessage("1", to: stream)
            let rows = try await setAside([broken], in: store)
            let settlement = try #require(try await store.settle(broken.key, discard))
            #expect(settlement.settled == rows[0])
            #expect(
                try await store.answers(to: [broken.key])[broken.key]
                    == .refused(code: "message-discarded", detail: "ben discarded this message: a \"test\"")
            )
            #expect(try await store.send([broken]) == [broken.key])
            #expect(try await waiting(in: store).isEmpty)
            #expect(try await store.setAside(limit: 10).isEmpty)
            #expect(try await store.settle(broken.key, retry) == nil)
        }
    }

    @Test("A wake-up has no answer, and none is made when it is discarded", arguments: StoreKind.allCases)
    func wakeUp(kind: StoreKind) async throws {
        try await kind.with { store in
            var part = FlushPart(after: .genesis(stream.shard))
            let at = Timestamp(microseconds: 5_000_000)
            let wake = Message(id: "wake/3", stream: stream, kind: "wake", body: "", actor: "engine", receivedAt: at)
            part.setAside = [SetAsideMessage(message: wake, error: "broken", at: at)]
            try await store.append(Flush(parts: [part]))
            #expect(try await store.settle(wake.key, discard) != nil)
            #expect(try await store.answers(to: [wake.key]).isEmpty)
        }
    }

    @Test("Messages are found by their ids in all streams, settlements the latest first", arguments: StoreKind.allCases)
    func found(kind: StoreKind) async throws {
        try await kind.with { store in
            let streams = ["account/b", "account/a", "account/c"].map { StreamID($0) }
            let rows = try await setAside(streams.map { plainMessage("start", to: $0) }, in: store)
            #expect(try await store.setAside(id: "start", in: nil, limit: 2) == [rows[1], rows[0]])
            #expect(try await store.setAside(id: "start", in: streams[2], limit: 2) == [rows[2]])
            #expect(try await store.setAside(id: "other", in: nil, limit: 2).isEmpty)
            _ = try await store.settle(rows[0].message.key, retry)
            _ = try await store.settle(rows[1].message.key, discard)
            let settlements = try await store.settlements(of: nil, in: nil, limit: 5)
            #expect(settlements.map(\.request) == [discard, retry])
            #expect(try await store.settlements(of: nil, in: nil, limit: 1).map(\.request) == [discard])
            #expect(try await store.settlements(of: "start", in: streams[0], limit: 5).map(\.request) == [retry])
            #expect(try await store.settlements(of: "other", in: nil, limit: 5).isEmpty)
        }
    }

    @Test("A store tells who holds what, what waits and what was given up", arguments: StoreKind.allCases)
    func status(kind: StoreKind) async throws {
        try await kind.with { store in
            #expect(try await store.status().engines.isEmpty)
            #expect(try await store.status().oldestMessage == nil)
            _ = try await store.begin(engine: "two")
            _ = try await store.renewLeases(of: "one", for: .seconds(60))
            _ = try await store.acquireLeases(for: "one", limit: 3, duration: .seconds(60))
            _ = try await setAside([plainMessage("1", to: stream)], in: store)
            try await store.send([
                plainMessage("2", to: stream, at: 3_000_000), plainMessage("3", to: stream, at: 2_000_000),
                plainMessage("2", to: StreamID("account/two"), at: 4_000_000),
            ])
            let status = try await store.status()
            #expect(status.engines.map(\.engine) == ["one", "two"])
            #expect(status.engines.map(\.shards) == [3, 0])
            #expect(status.engines.map { $0.until > status.now } == [true, false])
            #expect(status.inboxes.first { $0.shard == stream.shard }?.waiting == 2)
            #expect(status.waiting == 3)
            #expect(status.oldestMessage == Timestamp(microseconds: 2_000_000))
            #expect(status.setAside == 1)
        }
    }

    @Test("Tasks are counted where they are", arguments: StoreKind.allCases)
    func tasks(kind: StoreKind) async throws {
        try await kind.with { store in
            var part = FlushPart(after: .genesis(stream.shard))
            let later = part.at + .seconds(3_600)
            part.tasks = [("1", part.at), ("2", part.at), ("3", part.at), ("4", later)].map { id, notBefore in
                NewTask(stream: stream, id: id, kind: "mail", body: "{}", notBefore: notBefore)
            }
            try await store.append(Flush(parts: [part]))
            let claimed = try await store.claimTasks(of: ["mail"], for: "w", limit: 2, lease: .seconds(600))
            try await store.bury(claimed[0], error: "lost", message: plainMessage("1", to: stream))
            var expected = TaskCounts()
            (expected.scheduled, expected.due, expected.running, expected.dead) = (1, 1, 1, 1)
            #expect(try await store.status().tasks == expected)
        }
    }
}
