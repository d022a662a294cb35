import Synchronization
import Time

/// Which denied requests are noted: a flood of them must not fill the log.
///
/// Of one source twenty at once and one a minute, of all two hundred at once and one in ten seconds; the others are counted. In the
/// memory of each process.
final class AuditThrottle: Sendable {
    private struct State {
        var sources = Buckets(burst: 20, period: .seconds(60))
        var all = Buckets(burst: 200, period: .seconds(10))
        var suppressed = 0
    }

    private let state = Mutex(State())

    /// How many were suppressed since the last one that was noted; nil where this one is to be suppressed, too.
    ///
    /// - Parameter source: what is likely one sender's.
    func admit(_ source: String, at now: Timestamp) -> Int? {
        state.withLock { state in
            guard state.sources.wait(for: source, at: now) == nil, state.all.wait(for: "", at: now) == nil else {
                state.suppressed += 1
                return nil
            }
            state.sources.note(source, at: now)
            state.all.note("", at: now)
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
