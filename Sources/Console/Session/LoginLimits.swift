import AgentProtocol
import ControlPlane
import Synchronization
import Time

/// Slows down whoever guesses tokens: by the address, and all together.
final class LoginLimits: Sendable {
    private struct State {
        var sources = Buckets(burst: 5, period: .seconds(30))
        var all = Buckets(burst: 60, period: .seconds(1))
    }

    private let state = Mutex(State())

    /// - Throws: ``Problem`` 429 with the seconds to wait.
    func check(source: String?, at now: Timestamp) throws(Problem) {
        let wait = state.withLock { state in
            [state.sources.wait(for: source ?? "", at: now), state.all.wait(for: "", at: now)].compactMap(\.self).max()
        }
        guard let wait else { return }
        let seconds = Int(wait.components.seconds) + 1
        let detail = "too many tokens from there were wrong; try again in \(seconds) seconds"
        throw Problem(status: 429, code: "too-many-failures", detail: detail, retryAfterSeconds: seconds)
    }

    func noteFailure(source: String?, at now: Timestamp) {
        state.withLock { state in
            state.sources.note(source ?? "", at: now)
            state.all.note("", at: now)
        }
    }
}
