import Synchronization

/// Brings messages to their streams, many senders' at once.
///
/// Messages to streams of this process's engine are decided at once and durable with their decision. All others are put into
/// the inboxes of their streams; what callers send while a transaction is under way travels together in the next one. Both verbs may be repeated with
/// the same ids: a message is decided once, and every repetition gets the first one's answer.
package final class MessageSender: Sendable {
    /// How long ``ask(_:timeout:)`` trusts the hint before it looks for the answer itself.
    private static let answerPollInterval = Duration.milliseconds(250)
    /// Transactions under way at a time: one is being prepared while the other commits.
    private static let writers = 2

    private let store: any Store
    private let hints: Hints
    private let clock: any Clock<Duration>
    private let queue = Mutex(SendQueue(writers: writers))

    package init(store: any Store, hints: Hints, clock: any Clock<Duration> = ContinuousClock()) {
        self.store = store
        self.hints = hints
        self.clock = clock
    }

    /// Returns when all the messages are durable: in their inboxes, or decided.
    ///
    /// Not interrupted by cancellation: the outcome would be unknown.
    ///
    /// - Throws: ``InvalidText`` for a message that cannot be stored; ``SenderOverloaded`` when too many wait, and
    ///   ``StoreError``, after both of which the call may be repeated as it is.
    package func send(_ messages: [Message]) async throws {
        guard !messages.isEmpty else { return }
        for message in messages { try message.check() }
        if await hints.decideDirectly(messages) { return }
        let turn = try await withCheckedThrowingContinuation { continuation in
            switch queue.withLock({ $0.add(messages, continuation) }) {
            case .wait: break
            case .write(let callers): continuation.resume(returning: .write(callers))
            case .refuse: continuation.resume(throwing: SenderOverloaded())
            }
        }
        guard case .write(let callers) = turn else { return }
        try await write(callers)
    }

    /// Sends the message and waits for its durable answer.
    ///
    /// - Throws: as ``send(_:)``, and ``AnswerTimeout`` when there is no answer in time; it may still come, and asking
    ///   again with the same message gets it.
    package func ask(_ message: Message, timeout: Duration) async throws -> Answer {
        try await hints.expectingAnswer(to: message.key) { answers in
            try await send([message])
            return try await firstAnswer(to: message.key, answers, timeout: timeout)
        }
    }

    // MARK: - Steps

    private func write(_ callers: [SendQueue.Caller]) async throws(StoreError) {
        // A task of its own, awaited at once: cancelling the caller that writes must not reach the others' messages.
        let result = await Task { [store, hints] () -> Result<Void, StoreError> in
            do throws(StoreError) {
                let messages = callers.flatMap(\.messages)
                let answered = try await store.send(messages)
                hints.sent(answered.isEmpty ? messages : messages.filter { !answered.contains($0.key) })
                return .success(())
            } catch {
                return .failure(error)
            }
        }.value
        if let (next, turn) = queue.withLock({ $0.finishWriting() }) { next.resume(returning: turn) }
        for caller in callers { caller.continuation?.resume(with: result.map { .sent }.mapError { $0 as any Error }) }
        try result.get()
    }

    private func firstAnswer(
        to key: MessageKey,
        _ answers: AsyncStream<Answer>,
        timeout: Duration
    ) async throws -> Answer {
        let answer = try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { await answers.first { _ in true } }
            group.addTask { try await self.poll(key) }
            group.addTask {
                try await self.clock.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        guard let answer else { throw AnswerTimeout(key: key, timeout: timeout) }
        return answer
    }

    /// Looks for the answer until it is there; it may be given by another process.
    private func poll(_ key: MessageKey) async throws -> Answer? {
        while true {
            if let answer = try await store.answers(to: [key])[key] { return answer }
            try await clock.sleep(for: Self.answerPollInterval)
        }
    }
}

/// No answer came in time; the message is durable and may still be decided.
package struct AnswerTimeout: Error, Equatable, CustomStringConvertible {
    package var key: MessageKey
    package var timeout: Duration

    package var description: String {
        "message \(key.id) to \(key.stream) is stored but was not decided within \(timeout); "
            + "check that an engine runs, then ask again with the same id"
    }
}
