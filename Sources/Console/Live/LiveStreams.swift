import AgentProtocol
import Synchronization

/// How many pages of this process are told of what happens.
final class LiveStreams: Sendable {
    static let capacity = 64

    /// A place among them, given back when nothing holds it any more.
    final class Ticket: Sendable {
        private let streams: LiveStreams

        fileprivate init(of streams: LiveStreams) { self.streams = streams }

        deinit { streams.count.withLock { $0 -= 1 } }
    }

    private let count = Mutex(0)

    /// - Throws: ``Problem`` 503 when there are as many as there may be; such a page stands still.
    func admit() throws(Problem) -> Ticket {
        let isRoom = count.withLock { count in
            guard count < Self.capacity else { return false }
            count += 1
            return true
        }
        guard isRoom else {
            let detail = "\(Self.capacity) pages are kept up to date already; reload this one by hand, or close others"
            throw Problem(status: 503, code: "too-many-streams", detail: detail, retryAfterSeconds: 30)
        }
        return Ticket(of: self)
    }
}
