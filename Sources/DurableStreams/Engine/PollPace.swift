package import Time

/// When the inboxes are read: often while that finds something, seldom when it does not.
package struct PollPace: Sendable {
    private let configuration: EngineConfiguration
    private var nextPoll = Moment()
    private var nextFullPoll = Moment()
    package private(set) var interval: Duration
    /// The last read did not take all there was.
    package private(set) var isBehind = false
    package private(set) var polls = 0

    package init(_ configuration: EngineConfiguration) {
        self.configuration = configuration
        interval = configuration.busyPoll
    }

    package func isDue(_ now: Timestamp) -> Bool { isBehind || nextPoll.hasCome(now) }

    package func isFullPollDue(_ now: Timestamp) -> Bool { nextFullPoll.hasCome(now) }

    /// Where a read at this time begins; nil for one of everything.
    package func start(_ now: Timestamp) -> Timestamp? {
        isBehind || nextFullPoll.hasCome(now) ? nil : now - configuration.recent
    }

    /// Reads everything next, as after taking a shard.
    package mutating func restart() {
        interval = configuration.busyPoll
        (nextPoll, nextFullPoll) = (Moment(), Moment())
    }

    /// - Parameters:
    ///   - new: how many messages the read found that were not here.
    ///   - isFull: it found as many as it may take, and there is more.
    ///   - isOfAll: it was a read of everything.
    ///   - took: how long it took: reading everything may take a twentieth of the time, however many dead rows there are.
    package mutating func polled(new: Int, isFull: Bool, isOfAll: Bool, took: Duration, at now: Timestamp) {
        polls += 1
        isBehind = isFull
        interval = new > 0 ? configuration.busyPoll : min(interval * 2, configuration.idlePoll)
        nextPoll = Moment(now, after: interval)
        if isOfAll { nextFullPoll = Moment(now, after: max(configuration.fullPoll, took * 20)) }
    }
}
