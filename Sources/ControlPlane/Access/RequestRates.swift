import AgentProtocol
import Domain
import Synchronization
import Time

/// How many requests each principal may send: five hundred at once and a hundred a second, at each server process.
final class RequestRates: Sendable {
    private let buckets = Mutex(Buckets(burst: 500, period: .milliseconds(10)))

    /// - Throws: ``Problem`` 429 with the seconds to wait.
    func spend(by principal: String, at now: Timestamp) throws(Problem) {
        let wait = buckets.withLock { buckets in
            let wait = buckets.wait(for: principal, at: now)
            if wait == nil { buckets.note(principal, at: now) }
            return wait
        }
        guard let wait else { return }
        let seconds = Int(wait.components.seconds) + 1
        let detail = "\(principal) sends too many requests; a hundred a second are taken: go on in \(seconds) seconds"
        throw Problem(status: 429, code: "too-many-requests", detail: detail, retryAfterSeconds: seconds)
    }
}
