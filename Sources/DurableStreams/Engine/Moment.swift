package import Time

/// A time to come, by a clock that may be set back: then it has come as well.
package struct Moment: Sendable {
    private let setAt: Timestamp
    private let at: Timestamp

    /// Has come already.
    package init() { (setAt, at) = (Timestamp(microseconds: .min), Timestamp(microseconds: .min)) }

    package init(_ now: Timestamp, after duration: Duration) { (setAt, at) = (now, now + duration) }

    package func hasCome(_ now: Timestamp) -> Bool { now >= at || now < setAt }
}
