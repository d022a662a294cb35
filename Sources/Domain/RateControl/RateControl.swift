/// How many hosts of a rollout may be in flight at once, and how many may fail before it halts.
///
/// The semantics are those of SSM Run Command: a percentage is one of all targets; it halts when errors **exceed** the maximum, so
/// 0 halts at the first; what is in flight then runs to its end.
package struct RateControl: Codable, Equatable, Sendable {
    package var maxConcurrency: Limit
    package var maxErrors: Limit

    package init(maxConcurrency: Limit, maxErrors: Limit) {
        self.maxConcurrency = maxConcurrency
        self.maxErrors = maxErrors
    }

    /// The largest number in flight among so many targets: a percentage is rounded up, and it is at least one.
    package func concurrency(targets: Int) -> Int {
        switch maxConcurrency {
        case .count(let count): max(1, count)
        case .percent(let percent): max(1, (targets * percent + 99) / 100)
        }
    }

    /// The largest number of errors that is tolerated among so many targets: a percentage is rounded down.
    package func toleratedErrors(targets: Int) -> Int {
        switch maxErrors {
        case .count(let count): count
        case .percent(let percent): targets * percent / 100
        }
    }

    /// Whether so many errors halt the rollout.
    package func halts(errors: Int, targets: Int) -> Bool {
        errors > toleratedErrors(targets: targets)
    }

    /// How many more may start now.
    package func mayStart(inFlight: Int, waiting: Int, errors: Int, targets: Int) -> Int {
        halts(errors: errors, targets: targets) ? 0 : max(0, min(waiting, concurrency(targets: targets) - inFlight))
    }
}
