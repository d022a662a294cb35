import Synchronization
import Time

/// Wall time that stands still until it is moved.
final class ManualTime: Sendable {
    private let time: Mutex<Timestamp>

    init(_ microseconds: Int64 = 1_800_000_000_000_000) { time = Mutex(Timestamp(microseconds: microseconds)) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
