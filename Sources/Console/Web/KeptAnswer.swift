import Logging
import Synchronization
import Time

/// An answer that costs too much to be asked for with every page: it is kept with its time, and made anew beside the visit that finds it old.
final class KeptAnswer<Value: Sendable>: Sendable {
    struct Answer: Sendable {
        let value: Value
        /// When it was asked for.
        let at: Timestamp
    }

    private struct State {
        var last: Answer?
        /// Under way; whoever must wait for it does so together.
        var making: Task<Answer, any Error>?
    }

    private let state = Mutex(State())
    private let freshFor: @Sendable (Value) -> Duration
    private let lifetime: @Sendable (Value) -> Duration
    private let make: @Sendable () async throws -> Value

    /// - Parameters:
    ///   - freshFor: how long an answer is given without another being made.
    ///   - lifetime: how long it is given while another one is.
    init(
        freshFor: @escaping @Sendable (Value) -> Duration,
        lifetime: @escaping @Sendable (Value) -> Duration,
        make: @escaping @Sendable () async throws -> Value
    ) {
        self.freshFor = freshFor
        self.lifetime = lifetime
        self.make = make
    }

    /// - Parameter waits: whether to wait where there is none that may be given.
    /// - Returns: nil for none yet, where it does not wait.
    /// - Throws: what making it throws, where it waits.
    func answer(at now: Timestamp, waits: Bool = true, _ logger: Logger) async throws -> Answer? {
        let (last, making) = state.withLock { state in
            if let last = state.last, now < last.at + freshFor(last.value) {
                return (Answer?.some(last), Task<Answer, any Error>?.none)
            }
            let making = state.making ?? begin(at: now, logger)
            state.making = making
            return (state.last.flatMap { now < $0.at + lifetime($0.value) ? $0 : nil }, making)
        }
        if let last { return last }
        return waits ? try await making?.value : nil
    }

    /// It outlives the visit that wants it: others wait for it, too, and a visitor who leaves must not end it.
    private func begin(at now: Timestamp, _ logger: Logger) -> Task<Answer, any Error> {
        Task {
            do {
                let answer = Answer(value: try await make(), at: now)
                state.withLock { $0 = State(last: answer) }
                return answer
            } catch {
                state.withLock { $0.making = nil }
                logger.warning("a kept answer was not made anew", metadata: ["error": "\(error)"])
                throw error
            }
        }
    }
}
