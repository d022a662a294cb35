import Synchronization

/// A clock on which sleeps end when it is released, and at once from then on; a cancelled one ends at once too.
final class RestlessClock: Clock {
    private let clock = InstantClock()
    private let isReleased = Mutex(false)

    var now: InstantClock.Instant { clock.now }

    var minimumResolution: Duration { clock.minimumResolution }

    func release() { isReleased.withLock { $0 = true } }

    func sleep(until deadline: InstantClock.Instant, tolerance: Duration?) async throws {
        // The wait for an empty outbox and the pause behind a failed poll need no time here.
        while deadline.offset - now.offset == .seconds(3), !isReleased.withLock({ $0 }) {
            try Task.checkCancellation()
            await Task.yield()
        }
        try await clock.sleep(until: deadline, tolerance: tolerance)
    }
}
