import AgentProtocol
import ControlPlane
import Synchronization
import Time

/// Slows down whoever guesses, by the address (of IPv6 the /64): others sign in meanwhile.
final class LoginLimits: Sendable {
    private let sources = Mutex(Buckets(burst: 5, period: .seconds(30)))

    /// - Throws: ``Problem`` 429 with the seconds to wait.
    func check(source: String?, at now: Timestamp) throws(Problem) {
        let wait = sources.withLock { $0.wait(for: Self.key(source), at: now) }
        guard let wait else { return }
        let seconds = Int(wait.components.seconds) + 1
        let detail = "too many sign-ins from there failed; try again in \(seconds) seconds"
        throw Problem(status: 429, code: "too-many-failures", detail: detail, retryAfterSeconds: seconds)
    }

    func noteFailure(source: String?, at now: Timestamp) {
        sources.withLock { $0.note(Self.key(source), at: now) }
    }

    private static func key(_ source: String?) -> String { source.map(SourceNetwork.bucket) ?? "" }
}
