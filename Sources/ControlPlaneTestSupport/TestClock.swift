import Glibc
import Synchronization
package import Time

/// The machine's wall clock, with a lead that a test sets: time goes on by itself and can be skipped.
package final class TestClock: Sendable {
    private let lead = Mutex(Duration.zero)

    package init() {}

    package var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let real = Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
        return real + lead.withLock { $0 }
    }

    /// Tasks are due by the database's clock: what asks for one after this waits as long as was skipped.
    package func skip(_ duration: Duration) { lead.withLock { $0 += duration } }
}
