import AgentProtocol
import Synchronization

/// How many pages of this process are told of what happens.
final class LiveStreams: Sendable {
    static let capacity = 64

    private let count = Mutex(0)

    /// Before anything is answered.
    ///
    /// - Throws: ``Problem`` 503 when there are as many as there may be; such a page stands still.
    func check() throws(Problem) {
        guard count.withLock({ $0 < Self.capacity }) else { throw Self.full }
    }

    /// - Throws: ``Problem`` 503 as ``check()`` does.
    func begin() throws(Problem) {
        let isRoom = count.withLock { count in
            guard count < Self.capacity else { return false }
            count += 1
            return true
        }
        guard isRoom else { throw Self.full }
    }

    func end() { count.withLock { $0 -= 1 } }

    private static var full: Problem {
        let detail = "\(capacity) pages are kept up to date already; reload this one by hand, or close others"
        return Problem(status: 503, code: "too-many-streams", detail: detail, retryAfterSeconds: 30)
    }
}
