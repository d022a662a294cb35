import Synchronization

/// What the parts of one process tell each other so that nobody has to wait for the next poll.
///
/// A hint is never the truth: all of it is in the store, and everything works without hints, only later.
package final class Hints: Sendable {
    private struct State {
        var engine: Mailbox?
        var orderDesk: (@Sendable (Set<String>) -> Void)?
        var taskRunners: [Signal] = []
        var answers: [MessageKey: [Int: AsyncStream<Answer>.Continuation]] = [:]
        /// Callers whose messages stand in no inbox.
        var direct: [MessageKey: [DirectBatch]] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    package init() {}

    // MARK: - Who listens

    func engineListens(_ mailbox: Mailbox) { state.withLock { $0.engine = mailbox } }
    func orderDeskListens(_ listener: @escaping @Sendable (Set<String>) -> Void) {
        state.withLock { $0.orderDesk = listener }
    }
    func taskRunnerListens(_ signal: Signal) { state.withLock { $0.taskRunners.append(signal) } }

    // MARK: - What happened

    /// These messages are durable in the inbox and have no answer.
    func sent(_ messages: [Message]) { state.withLock { $0.engine }?.put(messages) }

    /// There are new messages in the inbox.
    func inboxChanged() { state.withLock { $0.engine }?.lookIntoInbox() }

    /// These nodes have new orders.
    func ordersIssued(for nodes: Set<String>) {
        guard !nodes.isEmpty else { return }
        state.withLock { $0.orderDesk }?(nodes)
    }

    /// There are new tasks.
    func tasksAdded() { for runner in state.withLock({ $0.taskRunners }) { runner.notify() } }

    /// These messages have their answers.
    func answered(_ answers: [AnsweredMessage]) {
        state.withLock { state in
            guard !state.answers.isEmpty else { return }
            for answered in answers {
                for waiter in (state.answers[answered.key] ?? [:]).values { waiter.yield(answered.answer) }
            }
        }
        settle(answers.lazy.map(\.key)) { $0.decided() }
    }

    // MARK: - Without the inbox

    /// Has this process's engine decide the messages, if it may, without putting them into their inboxes.
    ///
    /// - Returns: true once all are decided and written; false when they must go through their inboxes, where those that are
    ///   decided meanwhile are told by their answers or by their streams.
    func decideDirectly(_ messages: [Message]) async -> Bool {
        let batch = DirectBatch(count: messages.count)
        let engine = state.withLock { state -> Mailbox? in
            guard let engine = state.engine else { return nil }
            for message in messages { state.direct[message.key, default: []].append(batch) }
            return engine
        }
        guard let engine else { return false }
        guard engine.offer(messages) else {
            settle(messages.lazy.map(\.key), of: batch)
            return false
        }
        return await batch.outcome()
    }

    /// These messages are not decided without their inboxes.
    func decline(_ keys: [MessageKey]) { settle(keys.lazy.map { $0 }) { $0.decline() } }

    /// Nothing that was offered is decided without its inbox.
    func declineAll() {
        let batches = state.withLock { state in
            defer { state.direct = [:] }
            return Array(state.direct.values.joined())
        }
        for batch in batches { batch.decline() }
    }

    private func settle(_ keys: some Sequence<MessageKey>, _ body: (DirectBatch) -> Void) {
        let batches = state.withLock { state in
            state.direct.isEmpty ? [] : keys.flatMap { state.direct.removeValue(forKey: $0) ?? [] }
        }
        for batch in batches { body(batch) }
    }

    /// Forgets what was not taken.
    private func settle(_ keys: some Sequence<MessageKey>, of batch: DirectBatch) {
        state.withLock { state in
            for key in keys {
                state.direct[key]?.removeAll { $0 === batch }
                if state.direct[key]?.isEmpty == true { state.direct[key] = nil }
            }
        }
    }

    // MARK: - Waiting for an answer

    /// Runs the body with a stream that gives the message's answer if this process decides it meanwhile.
    func expectingAnswer<Value>(
        to key: MessageKey,
        _ body: (AsyncStream<Answer>) async throws -> Value
    ) async rethrows -> Value {
        let (stream, continuation) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextWaiter += 1
            state.answers[key, default: [:]][state.nextWaiter] = continuation
            return state.nextWaiter
        }
        defer {
            state.withLock { state in
                state.answers[key]?[number] = nil
                if state.answers[key]?.isEmpty == true { state.answers[key] = nil }
            }
        }
        return try await body(stream)
    }
}
