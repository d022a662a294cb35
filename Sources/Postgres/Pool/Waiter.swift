import Synchronization

/// A caller in line for a connection.
struct Waiter: Sendable {
    enum Purpose: Sendable {
        /// Run this and give the connection back.
        case run(Work)
        /// Hold the connection until it is given back.
        case lease(@Sendable (Result<ConnectionPool.LeaseID, PostgresError>) -> Void)
    }

    var purpose: Purpose
    var deadline: ContinuousClock.Instant
    var ticket: Ticket
    /// When it joined the line.
    var since = ContinuousClock.now

    func fail(_ error: PostgresError) {
        switch purpose {
        case .run(let work): work.complete(.failure(error))
        case .lease(let complete): complete(.failure(error))
        }
    }
}

/// Tells the pool that the caller's task was cancelled, whichever of the two arrives first.
final class Ticket: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() { flag.store(true, ordering: .releasing) }
}
