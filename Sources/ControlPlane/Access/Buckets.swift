package import Time

/// How often something happened lately, by key: each time fills the key's bucket, which empties by one in each period.
package struct Buckets: Sendable {
    /// Keys that are remembered; beyond them those of lately are forgotten, too.
    package static let capacity = 10_000

    /// Times at once that are let pass.
    private let burst: Int
    private let period: Duration
    /// By key: when its bucket will be empty.
    private var emptyAt: [String: Timestamp] = [:]

    package init(burst: Int, period: Duration) {
        precondition(burst > 0 && period > .zero, "a bucket needs room and empties")
        self.burst = burst
        self.period = period
    }

    /// How long the key must wait before it may try again; nil when it need not.
    package func wait(for key: String, at now: Timestamp) -> Duration? {
        let excess = content(of: key, at: now) - period * (burst - 1)
        return excess > .zero ? excess : nil
    }

    package mutating func note(_ key: String, at now: Timestamp) {
        if emptyAt.count >= Self.capacity, emptyAt[key] == nil {
            emptyAt = emptyAt.filter { $0.value > now }
            if emptyAt.count >= Self.capacity { emptyAt = [:] }
        }
        emptyAt[key] = now + min(content(of: key, at: now) + period, period * burst)
    }

    /// How long the bucket takes to be empty; a clock that is set back does not fill it.
    private func content(of key: String, at now: Timestamp) -> Duration {
        guard let emptyAt = emptyAt[key], emptyAt > now else { return .zero }
        return min(.microseconds(emptyAt.microseconds - now.microseconds), period * burst)
    }
}
