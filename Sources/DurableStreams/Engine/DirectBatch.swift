import Synchronization

/// The messages of one caller that waits until all of them are decided and written.
final class DirectBatch: Sendable {
    private struct State {
        var missing: Int
        var isDeclined = false
        var continuation: CheckedContinuation<Bool, Never>?
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(missing: count)) }

    /// True when all are durable; false when the rest must go through their inboxes.
    func outcome() async -> Bool {
        await withCheckedContinuation { continuation in
            let known: Bool? = state.withLock { state in
                if state.isDeclined { return false }
                if state.missing == 0 { return true }
                state.continuation = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// One of them is durable.
    func decided() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.missing -= 1
            return state.missing == 0 ? state.continuation.take() : nil
        }
        waiter?.resume(returning: true)
    }

    func decline() {
        let waiter = state.withLock { state in
            state.isDeclined = true
            return state.continuation.take()
        }
        waiter?.resume(returning: false)
    }
}
