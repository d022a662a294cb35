import Time

/// When the inboxes are read: often while there is work, seldom when there is none, at once on a hint.
struct PollPace {
    private let configuration: EngineConfiguration
    private var isHinted = true
    private var nextPoll = Moment()
    private var nextFullPoll = Moment()
    private(set) var interval: Duration
    /// The last read was full: there is more.
    private(set) var isBehind = false
    private(set) var polls = 0

    init(_ configuration: EngineConfiguration) {
        self.configuration = configuration
        interval = configuration.busyPoll
    }

    func isDue(_ now: Timestamp) -> Bool { isHinted || isBehind || nextPoll.hasCome(now) }

    /// Where a read at this time begins; nil for one of everything.
    func start(_ now: Timestamp) -> Timestamp? {
        isBehind || nextFullPoll.hasCome(now) ? nil : now - configuration.recent
    }

    mutating func hinted() { isHinted = true }

    /// Reads everything next, as after taking a shard.
    mutating func restart() {
        isHinted = true
        nextFullPoll = Moment()
    }

    mutating func polled(found: Int, limit: Int, at now: Timestamp) {
        polls += 1
        if start(now) == nil { nextFullPoll = Moment(now, after: configuration.fullPoll) }
        isBehind = found >= limit
        isHinted = false
        interval = found > 0 ? configuration.busyPoll : min(interval * 2, configuration.idlePoll)
        nextPoll = Moment(now, after: interval)
    }
}
