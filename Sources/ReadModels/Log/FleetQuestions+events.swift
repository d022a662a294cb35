import AgentProtocol
import DurableStreams
import Time

extension FleetQuestions {
    /// How often a waiting reader looks at the log.
    private static let pollInterval = Duration.milliseconds(200)

    /// Events behind a cursor: in each shard in order, shards merged by time.
    ///
    /// - Parameters:
    ///   - after: a page's cursor; nil reads from the start, `end` from now on.
    ///   - stream: only those of this stream.
    ///   - wait: how long to wait for the first event when there is none; less when the task is cancelled.
    /// - Throws: ``Problem`` 400 for a cursor that was not given by this.
    package func events(after: String?, stream: String?, limit: Int, wait: Duration) async throws -> EventPage {
        var cursor = try await start(after)
        let end = ContinuousClock.now + wait
        while true {
            let (commits, next) = try await reader.commits(after: cursor, limit: limit)
            cursor = next
            let events = try commits.flatMap { try $0.storedEvents() }.filter {
                stream == nil || $0.stream.rawValue == stream
            }
            let isOver = ContinuousClock.now >= end || Task.isCancelled
            if !events.isEmpty || (commits.isEmpty && isOver) {
                return EventPage(events: events.sorted(by: isEarlier).map(EventView.init), cursor: cursor.text)
            }
            guard commits.isEmpty else { continue }
            do { try await Task.sleep(for: Self.pollInterval) } catch {
                return EventPage(events: [], cursor: cursor.text)
            }
        }
    }

    private func start(_ after: String?) async throws -> LogCursor {
        switch after {
        case nil: return LogCursor()
        case "end": return try await reader.end()
        case let text?:
            guard let cursor = LogCursor(text: text) else {
                let detail = "after=\(text.prefix(40)) is not a cursor; use the one that came with the last page"
                throw Problem(status: 400, code: "malformed-cursor", detail: detail)
            }
            return cursor
        }
    }

    private func isEarlier(_ left: StoredEvent, _ right: StoredEvent) -> Bool {
        (left.at, left.shard, left.position, left.index) < (right.at, right.shard, right.position, right.index)
    }
}

extension EventView {
    init(_ stored: StoredEvent) {
        self.init(
            shard: Int(stored.shard.rawValue),
            position: stored.position,
            stream: stored.stream.rawValue,
            at: stored.at,
            actor: stored.actor,
            type: stored.event.type,
            data: stored.event.data
        )
    }
}

extension LogCursor {
    /// `SHARD:POSITION` for each shard that is not at its start, joined by commas.
    var text: String {
        let places = Shard.all.filter { self[$0] > 0 }.map { "\($0):\(self[$0])" }
        return places.isEmpty ? "0:0" : places.joined(separator: ",")
    }

    init?(text: String) {
        self.init()
        for place in text.split(separator: ",") {
            let parts = place.split(separator: ":")
            guard parts.count == 2, let shard = Int16(parts[0]), (0..<Int16(Shard.count)).contains(shard),
                let position = Int64(parts[1]), position >= 0
            else { return nil }
            self[Shard(shard)] = position
        }
    }
}
