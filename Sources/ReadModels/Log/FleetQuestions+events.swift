import AgentProtocol
import DurableStreams
import PatchStreams
import Time

extension FleetQuestions {
    /// How often a waiting reader looks at the log.
    static let pollInterval = Duration.milliseconds(200)

    /// Events of all streams behind a cursor, oldest first.
    ///
    /// - Parameters:
    ///   - after: a page's cursor; nil reads from the start, `end` from now on.
    ///   - includesEngine: whether the engine's own streams are among them, which tell who owned which shard.
    ///   - limit: of commits; each is of one stream and holds one event or more.
    ///   - wait: how long to wait for the first event when there is none; less when the task is cancelled.
    /// - Throws: ``Problem`` 400 for a cursor that was not given by this.
    package func events(
        after: String?,
        includesEngine: Bool = false,
        limit: Int,
        wait: Duration
    ) async throws -> EventPage {
        var cursor = try await start(after)
        let end = ContinuousClock.now + wait
        while true {
            let (commits, next) = try await reader.commits(after: cursor, limit: limit)
            cursor = next
            let events = try Self.events(in: commits, includesEngine: includesEngine)
            let isOver = ContinuousClock.now >= end || Task.isCancelled
            if !events.isEmpty || (commits.isEmpty && isOver) { return EventPage(events: events, cursor: cursor.text) }
            guard commits.isEmpty else { continue }
            do { try await Task.sleep(for: Self.pollInterval) } catch {
                return EventPage(events: [], cursor: cursor.text)
            }
        }
    }

    /// The newest events of all streams, up to `count`, oldest first, and the cursor behind them.
    package func latestEvents(_ count: Int, includesEngine: Bool = false) async throws -> EventPage {
        let (commits, cursor) = try await reader.latest(limit: count, includingEngine: includesEngine)
        let events = try Self.events(in: commits, includesEngine: includesEngine)
        return EventPage(events: Array(events.suffix(count)), cursor: cursor.text)
    }

    private static func events(in commits: [Commit], includesEngine: Bool) throws -> [EventView] {
        let wanted = commits.filter { includesEngine || $0.stream.kind != "engine" }
        return try wanted.flatMap { try $0.storedEvents() }.map(EventView.init)
    }

    func start(_ after: String?) async throws -> LogCursor {
        switch after {
        case nil: return LogCursor()
        case "end": return try await reader.end()
        case let text?:
            guard let cursor = LogCursor(text: text) else { throw Self.malformedCursor(text) }
            return cursor
        }
    }

    static func malformedCursor(_ text: String) -> Problem {
        let detail = "after=\(text.prefix(40)) is not a cursor; use the one that came with the last page"
        return Problem(status: 400, code: "malformed-cursor", detail: detail)
    }
}

extension EventView {
    init(_ stored: StoredEvent) throws {
        self.init(
            shard: Int(stored.shard.rawValue),
            position: stored.position,
            stream: stored.stream.rawValue,
            at: stored.at,
            actor: stored.actor,
            type: stored.event.type,
            data: try DomainJSON.decode(JSONValue.self, from: stored.event.data)
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
