import AgentProtocol
import Synchronization

extension PolicyService {
    /// Lets one change of this process at a time read the policy and set it, in the order in which they came: side by side
    /// each would refuse the others.
    final class Turns: Sendable {
        private struct State {
            var isTaken = false
            var waiting: [CheckedContinuation<Bool, Never>] = []
        }

        private let state = Mutex(State())
        private let most: Int
        private let patience: Duration

        /// - Parameters:
        ///   - most: how many may wait.
        ///   - patience: whoever has waited longer has no turn any more: behind one that hangs, not all hang in a row.
        init(most: Int = 200, patience: Duration = .seconds(20)) {
            self.most = most
            self.patience = patience
        }

        /// Does the work when those before it have ended, well or not.
        ///
        /// - Throws: what the work throws; ``Problem`` 429 without doing it where too many wait, or it has waited too long.
        func take<Value>(_ work: () async throws -> Value) async throws -> Value {
            let begun = ContinuousClock.now
            guard await enter() else { throw Self.tooMany }
            defer { leave() }
            guard ContinuousClock.now - begun <= patience else { throw Self.tooMany }
            return try await work()
        }

        // MARK: - Steps

        private static let tooMany = Problem(
            status: 429,
            code: "too-many-changes",
            detail: "too many changes of the policy are waiting; repeat the request"
        )

        /// - Returns: whether it is the caller's turn; false where too many wait.
        private func enter() async -> Bool {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let isOurs: Bool? = state.withLock { state in
                    guard state.isTaken else {
                        state.isTaken = true
                        return true
                    }
                    guard state.waiting.count < most else { return false }
                    state.waiting.append(continuation)
                    return nil
                }
                if let isOurs { continuation.resume(returning: isOurs) }
            }
        }

        /// The turn goes to the next without being given up between.
        private func leave() {
            let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
                guard !state.waiting.isEmpty else {
                    state.isTaken = false
                    return nil
                }
                return state.waiting.removeFirst()
            }
            next?.resume(returning: true)
        }
    }
}
