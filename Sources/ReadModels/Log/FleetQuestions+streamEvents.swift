import AgentProtocol
import DurableStreams

extension FleetQuestions {
    /// Events of one stream behind a cursor, oldest first; nothing else is read.
    ///
    /// - Parameters:
    ///   - after: a page's cursor; nil reads from the start.
    ///   - limit: of commits, each of which holds one event or more.
    ///   - wait: how long to wait for the first event when there is none; less when the task is cancelled.
    /// - Throws: ``Problem`` 400 for a cursor that was not given by this.
    package func events(of stream: String, after: String?, limit: Int, wait: Duration) async throws -> EventPage {
        let (version, stream) = (try Self.version(after), StreamID(stream))
        let end = ContinuousClock.now + wait
        while true {
            let seen = try await logEnd.current(of: reader)[stream.home]
            let commits = try await reader.commits(of: stream, after: version, limit: limit)
            if !commits.isEmpty || ContinuousClock.now >= end || Task.isCancelled {
                let events = try commits.flatMap { try $0.storedEvents() }.map(EventView.init)
                return EventPage(events: events, cursor: "v\(commits.last?.version ?? version)")
            }
            try await logEnd.wait(until: end, of: reader) { $0[stream.home] != seen }
        }
    }

    /// The newest events of one stream, up to `count`, oldest first, and the cursor behind them.
    package func latestEvents(of stream: String, _ count: Int) async throws -> EventPage {
        let commits = try await reader.newestCommits(of: StreamID(stream), holding: count)
        let events = try commits.flatMap { try $0.storedEvents() }.suffix(count).map(EventView.init)
        return EventPage(events: events, cursor: "v\(commits.last?.version ?? 0)")
    }

    static func version(_ cursor: String?) throws(Problem) -> Int64 {
        guard let cursor else { return 0 }
        let number = cursor.dropFirst()
        guard cursor.hasPrefix("v"), !number.hasPrefix("+"), let version = Int64(number), version >= 0 else {
            throw malformedCursor(cursor)
        }
        return version
    }
}
