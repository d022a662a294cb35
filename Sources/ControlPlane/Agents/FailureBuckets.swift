package import Time

/// How often something failed lately, by key: each failure fills the key's bucket, which empties by one in each period.
package struct FailureBuckets: Sendable {
    /// Keys that are remembered; beyond them those that failed lately are forgotten, too.
    package static let capacity = 10_000

    private struct Bucket {
        var level: Double
        var at: Timestamp
    }

    /// Failures at once that are let pass.
    private let burst: Double
    private let period: Duration
    private var buckets: [String: Bucket] = [:]

    package init(burst: Int, period: Duration) {
        precondition(burst > 0 && period > .zero, "a bucket needs room and empties")
        self.burst = Double(burst)
        self.period = period
    }

    /// How long the key must wait before it may try again; nil when it need not.
    package func wait(for key: String, at now: Timestamp) -> Duration? {
        let excess = level(of: key, at: now) - (burst - 1)
        return excess > 0 ? period * excess : nil
    }

    package mutating func note(_ key: String, at now: Timestamp) {
        if buckets.count >= Self.capacity, buckets[key] == nil {
            buckets = buckets.filter { level(of: $0.key, at: now) > 0 }
            if buckets.count >= Self.capacity { buckets = [:] }
        }
        buckets[key] = Bucket(level: min(level(of: key, at: now) + 1, burst), at: now)
    }

    private func level(of key: String, at now: Timestamp) -> Double {
        guard let bucket = buckets[key] else { return 0 }
        let elapsed = max(0, now.microseconds - bucket.at.microseconds)
        return max(0, bucket.level - Double(elapsed) / (period / .microseconds(1)))
    }
}
