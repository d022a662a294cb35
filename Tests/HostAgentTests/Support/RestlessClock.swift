import HostAgent
import Synchronization

/// A clock on which an agent does not come to rest before it is released; every other sleep is over at once.
final class RestlessClock: Clock {
    private let clock = InstantClock()
    private let isReleased = Mutex(false)

    var now: InstantClock.Instant { clock.now }

    var minimumResolution: Duration { clock.minimumResolution }

    func release() { isReleased.withLock { $0 = true } }

    func sleep(until deadline: InstantClock.Instant, tolerance: Duration?) async throws {
        let isRest = deadline.offset - now.offset == Agent.restlessness
        while isRest, !isReleased.withLock({ $0 }) {
            try Task.checkCancellation()
            await Task.yield()
        }
        try await clock.sleep(until: deadline, tolerance: tolerance)
    }
}
