import Synchronization

/// Wakes one waiting task; notifications that nobody waits for count as one.
final class Signal: Sendable {
    private enum State {
        case idle
        case notified
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    func notify() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let waiter) = state else {
                state = .notified
                return nil
            }
            state = .idle
            return waiter
        }
        waiter?.resume()
    }

    /// Whether there was a notification since the last wait, which is then forgotten.
    func take() -> Bool {
        state.withLock { state in
            guard case .notified = state else { return false }
            state = .idle
            return true
        }
    }

    /// Returns at the next notification, or at once when there was one since the last wait or the task is cancelled.
    ///
    /// - Precondition: nobody else waits.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if case .waiting = state { preconditionFailure("a signal has one waiter") }
                    if case .notified = state {
                        state = .idle
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            notify()
        }
    }

    /// As ``wait()``, but for no longer than `duration`.
    func wait(atMost duration: Duration, clock: any Clock<Duration>) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await clock.sleep(for: duration)
                    self.notify()
                } catch {
                    // The wait ended before the sleep.
                }
            }
            await wait()
            group.cancelAll()
        }
    }
}
