import Time

/// A time to come, by a clock that may be set back: then it has come as well.
struct Moment {
    private let setAt: Timestamp
    private let at: Timestamp

    /// Has come already.
    init() { (setAt, at) = (Timestamp(microseconds: .min), Timestamp(microseconds: .min)) }

    init(_ now: Timestamp, after duration: Duration) { (setAt, at) = (now, now + duration) }

    func hasCome(_ now: Timestamp) -> Bool { now >= at || now < setAt }
}
