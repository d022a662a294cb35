import AgentProtocol
import Synchronization
import Time

/// Slows down whoever enrols in vain: by the address that it comes from, and by the activation that it names.
///
/// Enrolments that succeed are not counted, so that a fleet comes in as fast as it can. In the memory of each process.
final class EnrolmentLimits: Sendable {
    private struct State {
        /// By address; by network of 64 bits for IPv6, of which a host has as many addresses as it likes.
        var sources = Buckets(burst: 20, period: .seconds(1))
        var activations = Buckets(burst: 20, period: .seconds(6))
    }

    private let state = Mutex(State())

    /// - Throws: ``Problem`` 429 with the seconds to wait.
    func check(source: String?, activation: String, at now: Timestamp) throws(Problem) {
        let wait = state.withLock { state in
            [
                source.flatMap { state.sources.wait(for: SourceNetwork.bucket(of: $0), at: now) },
                state.activations.wait(for: String(activation.prefix(64)), at: now),
            ].compactMap(\.self).max()
        }
        guard let wait else { return }
        let seconds = Int(wait.components.seconds) + 1
        let detail = "too many enrolments failed from there or with this activation; try again in \(seconds) seconds"
        throw Problem(status: 429, code: "too-many-failures", detail: detail, retryAfterSeconds: seconds)
    }

    func noteFailure(source: String?, activation: String, at now: Timestamp) {
        state.withLock { state in
            if let source { state.sources.note(SourceNetwork.bucket(of: source), at: now) }
            state.activations.note(String(activation.prefix(64)), at: now)
        }
    }
}
