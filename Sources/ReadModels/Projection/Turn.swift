import Synchronization

/// Lets one caller at a time do what all of them need done; the others wait for it.
final class Turn: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Does the work, unless another caller does: then returns when that one has ended, well or not.
    func take(_ work: () async throws -> Void) async throws {
        let isOurs = state.withLock { state in
            defer { state.isTaken = true }
            return !state.isTaken
        }
        guard isOurs else { return await wait() }
        defer { end() }
        try await work()
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                guard state.isTaken else { return true }
                state.waiting.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func end() {
        let waiting = state.withLock { state in
            defer { state = State() }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
