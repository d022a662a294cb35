import DurableStreams
import Testing
import Time

/// What every store does with messages and their answers.
@Suite(.timeLimit(.minutes(10)))
struct StoreInboxTests {
    private let stream = StreamID("account/one")

    /// A flush that answers the messages, behind the shard's last commit.
    private func answering(_ messages: [Message], in store: any Store, _ answer: Answer) async throws -> Flush {
        var part = FlushPart(after: try await store.heads(of: [stream.shard])[0])
        part.answers = messages.map { AnsweredMessage(key: $0.key, receivedAt: $0.receivedAt, answer: answer) }
        return Flush(parts: [part])
    }

    @Test("Messages wait, oldest first, as they were sent", arguments: StoreKind.allCases)
    func waiting(kind: StoreKind) async throws {
        try await kind.with { store in
            let messages = [3, 1, 2].map { plainMessage("\($0)", to: stream, at: $0 * 1_000_000) }
            try await store.send(messages)
            try await store.send([messages[0]])
            let rows = try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10)
            #expect(rows.map(\.message) == [messages[1], messages[2], messages[0]])
            #expect(rows.allSatisfy { !$0.isAnswered })
            #expect(try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 2).count == 2)
            let recent = try await store.inbox(of: Shard.all, since: messages[2].receivedAt, excluding: [], limit: 10)
            #expect(recent.map(\.message.id) == ["2", "3"])
            let others = Shard.all.filter { $0 != stream.shard }
            #expect(try await store.inbox(of: others, since: nil, excluding: [], limit: 10).isEmpty)
        }
    }

    @Test("Messages of excluded streams do not hide others'", arguments: StoreKind.allCases)
    func excluded(kind: StoreKind) async throws {
        try await kind.with { store in
            let other = try #require((0..<4_000).map { account("\($0)") }.first { $0.shard == stream.shard })
            let many = (0..<5).map { plainMessage("\($0)", to: stream, at: 1_000_000) }
            try await store.send(many + [plainMessage("late", to: other, at: 2_000_000)])
            let rows = try await store.inbox(of: [stream.shard], since: nil, excluding: [stream], limit: 2)
            #expect(rows.map(\.message.id) == ["late"])
        }
    }

    @Test("A flush leaves out messages that are answered already, and tells which", arguments: StoreKind.allCases)
    func leftOut(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = plainMessage("1", to: stream)
            try await store.send([first])
            let answered = try await store.append(try await answering([first], in: store, .accepted(position: 1)))
            #expect(answered.isEmpty)
            var part = FlushPart(after: try await store.heads(of: [stream.shard])[0], [(account("sender"), 1)])
            part.messages = [
                plainMessage("1", to: stream, at: 3_000_000), plainMessage("2", to: stream, at: 3_000_000),
            ]
            #expect(try await store.append(Flush(parts: [part])) == [first.key])
            let rows = try await store.inbox(of: [stream.shard], since: nil, excluding: [], limit: 9)
            #expect(rows.map(\.message.id) == ["2"])
        }
    }

    @Test("The shards named first come first", arguments: StoreKind.allCases)
    func order(kind: StoreKind) async throws {
        try await kind.with { store in
            let other = StreamID("account/two")
            try #require(other.shard != stream.shard)
            try await store.send([plainMessage("1", to: stream), plainMessage("1", to: other)])
            for shards in [[stream.shard, other.shard], [other.shard, stream.shard]] {
                let rows = try await store.inbox(of: shards, since: nil, excluding: [], limit: 1)
                #expect(rows.map(\.message.stream.shard) == [shards[0]])
            }
        }
    }

    @Test("Every answer is kept as it was given", arguments: StoreKind.allCases)
    func answers(kind: StoreKind) async throws {
        try await kind.with { store in
            let answers: [Answer] = [
                .accepted(position: 7), .refused(code: "no", detail: "not today"), .setAside(error: "unreadable"),
            ]
            let messages = (0..<3).map { plainMessage("\($0)", to: stream) }
            try await store.send(messages)
            for (message, answer) in zip(messages, answers) {
                try await store.append(try await answering([message], in: store, answer))
            }
            let found = try await store.answers(to: messages.map(\.key) + [MessageKey(stream: stream, id: "unknown")])
            #expect(found == Dictionary(uniqueKeysWithValues: zip(messages.map(\.key), answers)))
            #expect(try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10).isEmpty)
        }
    }

    @Test("A message sent again after its answer is told and left out", arguments: StoreKind.allCases)
    func repeated(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = plainMessage("1", to: stream)
            try await store.send([first])
            try await store.append(try await answering([first], in: store, .accepted(position: 1)))
            let again = plainMessage("1", to: stream, at: 2_000_000)
            #expect(try await store.send([again, plainMessage("2", to: account("other"))]) == [first.key])
            #expect(
                try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10).map(\.message.id) == ["2"]
            )
        }
    }

    @Test(
        "A message that was answered before and stands in the inbox again is told and can be discarded",
        arguments: StoreKind.allCases
    )
    func standingAgain(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = plainMessage("1", to: stream)
            // Sent twice before it was answered, which takes but the first out of the inbox.
            try await store.send([first, plainMessage("1", to: stream, at: 2_000_000)])
            try await store.append(try await answering([first], in: store, .accepted(position: 1)))
            let rows = try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10)
            #expect(rows.map(\.isAnswered) == [true])
            try await store.discard(rows)
            #expect(try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10).isEmpty)
        }
    }

    @Test("A message is answered once; a second answer writes nothing", arguments: StoreKind.allCases)
    func answeredTwice(kind: StoreKind) async throws {
        try await kind.with { store in
            let (first, second) = (plainMessage("1", to: stream), plainMessage("2", to: stream))
            try await store.send([first, second])
            try await store.append(try await answering([first], in: store, .accepted(position: 1)))
            let again = try await answering([second, first], in: store, .setAside(error: "other"))
            let error = await #expect(throws: StoreError.self) { try await store.append(again) }
            #expect(error?.code == .conflict)
            #expect(try await store.answers(to: [first.key, second.key]) == [first.key: .accepted(position: 1)])
            #expect(
                try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10).map(\.message) == [second]
            )
        }
    }

    @Test("The same id for two streams is two messages", arguments: StoreKind.allCases)
    func idsAreTheStreams(kind: StoreKind) async throws {
        try await kind.with { store in
            let names = (0..<2_000).map { StreamID("account/\($0)") }
            let sibling = try #require(names.first { $0.shard == stream.shard })
            let (first, second) = (plainMessage("1", to: stream), plainMessage("1", to: sibling))
            try await store.send([first, second])
            try await store.append(try await answering([first], in: store, .accepted(position: 1)))
            let rows = try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10)
            #expect(rows == [InboxRow(message: second, isAnswered: false)])
        }
    }

    @Test("What is set aside is shown, newest first", arguments: StoreKind.allCases)
    func setAside(kind: StoreKind) async throws {
        try await kind.with { store in
            let rows = (1...3).map { number in
                let at = Timestamp(microseconds: Int64(number) * 1_000_000)
                return SetAsideMessage(message: plainMessage("\(number)", to: stream), error: "broken", at: at)
            }
            var part = FlushPart(after: .genesis(stream.shard))
            part.setAside = rows + [rows[0]]
            try await store.append(Flush(parts: [part]))
            #expect(try await store.setAside(limit: 2) == [rows[2], rows[1]])
        }
    }

    @Test("A flush sends messages to other shards' inboxes", arguments: StoreKind.allCases)
    func crossShard(kind: StoreKind) async throws {
        try await kind.with { store in
            let sent = plainMessage("1", to: StreamID("account/two"))
            var part = FlushPart(after: .genesis(stream.shard), [(stream, 1)])
            part.messages = [sent, sent]
            try await store.append(Flush(parts: [part]))
            #expect(
                try await store.inbox(of: [sent.stream.shard], since: nil, excluding: [], limit: 9).map(\.message) == [
                    sent
                ]
            )
        }
    }
}
