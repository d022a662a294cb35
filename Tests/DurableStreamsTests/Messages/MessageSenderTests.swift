import DurableStreams
import Testing
import Time

/// Sending many callers' messages at once.
@Suite(.timeLimit(.minutes(10)))
struct MessageSenderTests {
    private let savings = account("savings")

    @Test("What many callers send while a transaction is under way travels in few transactions")
    func grouping() async throws {
        let calls = Locked(0)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let store = InMemoryStore(
            now: wallTime,
            fault: { call in
                guard case .send = call else { return nil }
                if calls.withLock({ calls in
                    calls += 1
                    return calls
                }) <= 2 {
                    for await _ in gate { break }
                }
                return nil
            }
        )
        let sender = MessageSender(store: store, hints: Hints())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask { try await sender.send([plainMessage("\(number)", to: savings)]) }
            }
            try await eventually { calls.withLock { $0 } == 2 }
            open.finish()
            try await group.waitForAll()
        }
        #expect(try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 1_000).count == 500)
        #expect(calls.withLock { $0 } < 100)
    }

    @Test("A failure reaches every caller whose messages were not written, and the next ones are sent")
    func failure() async throws {
        let isBroken = Locked(true)
        let store = InMemoryStore(now: wallTime, fault: { _ in isBroken.withLock { $0 } ? .fail : nil })
        let sender = MessageSender(store: store, hints: Hints())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await #expect(throws: StoreError.self) {
                        try await sender.send([plainMessage("\(number)", to: savings)])
                    }
                }
            }
        }
        isBroken.withLock { $0 = false }
        try await sender.send([plainMessage("last", to: savings)])
        #expect(
            try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 100).map(\.message.id) == ["last"]
        )
    }

    @Test("What cannot be stored is refused with the reason")
    func invalid() async throws {
        let sender = MessageSender(store: InMemoryStore(now: wallTime), hints: Hints())
        var tooLarge = plainMessage("1", to: savings)
        tooLarge.body = String(repeating: "x", count: Limits.bodyBytes + 1)
        var withNUL = plainMessage("1", to: savings)
        withNUL.body = "{\"text\":\"\0\"}"
        var nameless = plainMessage("", to: savings)
        nameless.body = "{}"
        let reasons = [
            (tooLarge, "its body has 16777217 bytes and may have 16777216; split it"),
            (withNUL, "its body contains a NUL character, which PostgreSQL cannot store; escape it as \\u0000"),
            (nameless, "its id is empty; give it one"),
        ]
        for (message, reason) in reasons {
            let error = await #expect(throws: InvalidText.self) { try await sender.send([message]) }
            #expect(error?.description == "message \(message.id) to account/savings is refused: \(reason)")
        }
    }

    @Test("A question that nobody answers ends in time and says what to do")
    func timeout() async throws {
        let sender = MessageSender(store: InMemoryStore(now: wallTime), hints: Hints())
        let message = plainMessage("1", to: savings)
        let error = await #expect(throws: AnswerTimeout.self) {
            _ = try await sender.ask(message, timeout: .milliseconds(5))
        }
        #expect(error?.key == message.key)
    }

    @Test("A question that is cancelled ends at once")
    func cancellation() async throws {
        let sender = MessageSender(store: InMemoryStore(now: wallTime), hints: Hints())
        let asking = Task { try await sender.ask(plainMessage("1", to: savings), timeout: .seconds(600)) }
        asking.cancel()
        await #expect(throws: CancellationError.self) { _ = try await asking.value }
    }
}
