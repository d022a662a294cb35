import Synchronization
package import Time

/// How far the host's wall clock is from the control plane's: by the last answer's `Date`, and the time that has passed since
/// on a clock that nobody sets.
package final class ClockWatch: Sendable {
    private struct Reading {
        var server: Timestamp
        var at: ContinuousClock.Instant
    }

    private let last = Mutex<Reading?>(nil)

    package init() {}

    /// Takes note of an answer's `Date`; one that does not read says nothing.
    package func note(_ date: String?, at instant: ContinuousClock.Instant = .now) {
        guard let server = date.flatMap(HTTPDate.timestamp) else { return }
        last.withLock { $0 = Reading(server: server, at: instant) }
    }

    /// How far the wall clock is ahead; nil before the first answer.
    package func offset(ofWall wall: Timestamp, at instant: ContinuousClock.Instant = .now) -> Duration? {
        last.withLock { $0 }.map { wall - ($0.server + $0.at.duration(to: instant)) }
    }
}
