/// How long to wait before the next attempt: doubling up to a limit, with jitter so that a fleet does not come back as one.
package struct Backoff: Sendable {
    /// Before the second attempt at something local.
    static let firstPause = Duration.seconds(2)

    private let initial: Duration
    private let maximum: Duration
    private var base: Duration

    package init(initial: Duration, maximum: Duration) {
        precondition(initial > .zero && maximum >= initial, "a back-off needs 0 < initial <= maximum")
        self.initial = initial
        self.maximum = maximum
        base = initial
    }

    /// The next wait: between half the base and the base.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let wait = base * Double.random(in: 0.5...1, using: &random)
        base = min(base * 2, maximum)
        return wait
    }

    package mutating func next() -> Duration {
        var random = SystemRandomNumberGenerator()
        return next(using: &random)
    }

    /// Waits at least this long from now on, until ``reset()``.
    package mutating func raise(to least: Duration) { base = min(max(base, least), maximum) }

    /// Waits at most this long next time.
    package mutating func lower(to most: Duration) { base = max(initial, min(base, most)) }

    package mutating func reset() { base = initial }
}
