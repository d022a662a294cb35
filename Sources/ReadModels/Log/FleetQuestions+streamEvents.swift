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
        let version = try Self.version(after)
        let end = ContinuousClock.now + wait
        while true {
            let commits = try await reader.commits(of: StreamID(stream), after: version, limit: limit)
            if !commits.isEmpty || ContinuousClock.now >= end || Task.isCancelled {
                let events = try commits.flatMap { try $0.storedEvents() }.map(EventView.init)
                return EventPage(events: events, cursor: "v\(commits.last?.version ?? version)")
            }
            do { try await Task.sleep(for: Self.pollInterval) } catch {
                return EventPage(events: [], cursor: "v\(version)")
            }
        }
    }

    /// The newest events of one stream, up to `count`, oldest first, and the cursor behind them.
    package func latestEvents(of stream: String, _ count: Int) async throws -> EventPage {
        var (kept, version) = ([Commit](), Int64(0))
        while true {
            let page = try await reader.commits(of: StreamID(stream), after: version, limit: count)
            // A commit holds at least one event.
            kept = (kept + page).suffix(count)
            guard let last = page.last else {
                let events = try kept.flatMap { try $0.storedEvents() }.suffix(count).map(EventView.init)
                return EventPage(events: events, cursor: "v\(version)")
            }
            version = last.version
        }
    }

    static func version(_ cursor: String?) throws(Problem) -> Int64 {
        guard let cursor else { return 0 }
        guard cursor.hasPrefix("v"), let version = Int64(cursor.dropFirst()), version >= 0 else {
            throw malformedCursor(cursor)
        }
        return version
    }
}
