import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Time

extension FleetQuestions {
    /// Events of all streams behind a cursor, oldest first.
    ///
    /// - Parameters:
    ///   - after: a page's cursor; nil reads from the start, `end` from now on.
    ///   - includesEngine: whether the engine's own streams are among them, which tell who owned which shard.
    ///   - includesAudit: whether the audit's are.
    ///   - limit: of commits; each is of one stream and holds one event or more.
    ///   - wait: how long to wait for the first event when there is none; less when the task is cancelled.
    /// - Throws: ``Problem`` 400 for a cursor that was not given by this.
    package func events(
        after: String?,
        includesEngine: Bool = false,
        includesAudit: Bool = false,
        limit: Int,
        wait: Duration
    ) async throws -> EventPage {
        let leftOut = Self.leftOut(includesEngine, includesAudit)
        var cursor = try await start(after)
        let end = ContinuousClock.now + wait
        while true {
            let (commits, next) = try await reader.commits(after: cursor, limit: limit)
            cursor = next
            let events = try Self.events(in: commits.filter { !leftOut.contains($0.stream.kind) })
            let isOver = ContinuousClock.now >= end || Task.isCancelled
            if !events.isEmpty || (commits.isEmpty && isOver) { return EventPage(events: events, cursor: cursor.text) }
            guard commits.isEmpty else { continue }
            // A shard that stands still has nothing more to say.
            try await logEnd.wait(until: end, of: reader) { next.isBehind(reader.stopped.limit($0, from: next)) }
        }
    }

    /// The newest events of all streams, up to `count`, oldest first, and the cursor behind them.
    package func latestEvents(
        _ count: Int,
        includesEngine: Bool = false,
        includesAudit: Bool = false
    ) async throws -> EventPage {
        let (events, cursor) = try await latestStored(count, Self.leftOut(includesEngine, includesAudit))
        return EventPage(events: events.map(EventView.init), cursor: cursor.text)
    }

    /// Of the newest events of all streams, up to `count`, the last that are wanted, oldest first; the data of no other is read.
    ///
    /// - Parameter most: of them.
    /// - Returns: with how many were looked at.
    package func latestEvents(
        _ count: Int,
        most: Int,
        where isWanted: (_ actor: String) -> Bool
    ) async throws -> (events: [EventView], lookedAt: Int) {
        let (events, _) = try await latestStored(count, Self.leftOut(false, false))
        let wanted = events.reversed().filter { isWanted($0.actor) }.prefix(most)
        return (wanted.reversed().map(EventView.init), events.count)
    }

    private func latestStored(
        _ count: Int,
        _ leftOut: [String]
    ) async throws -> (events: [StoredEvent], cursor: LogCursor) {
        let (commits, cursor) = try await reader.latest(holding: count, excluding: leftOut)
        return (try commits.flatMap { try $0.storedEvents() }.suffix(count), cursor)
    }

    /// The kinds of streams that are not asked for.
    private static func leftOut(_ includesEngine: Bool, _ includesAudit: Bool) -> [String] {
        (includesEngine ? [] : [StreamID.engineKind]) + (includesAudit ? [] : [AuditTrail.streamKind])
    }

    private static func events(in commits: [Commit]) throws -> [EventView] {
        try commits.flatMap { try $0.storedEvents() }.map(EventView.init)
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
    init(_ stored: StoredEvent) {
        self.init(
            shard: Int(stored.shard.rawValue),
            position: stored.position,
            stream: stored.stream.rawValue,
            at: stored.at,
            actor: stored.actor,
            type: stored.event.type,
            data: EventData(json: stored.event.data)
        )
    }
}

extension LogPlace {
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// Reads `SHARD:POSITION`, of digits alone.
    init?(text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy(Self.digits.contains) }),
            let shard = Int16(parts[0]), (0..<Int16(Shard.count)).contains(shard), let position = Int64(parts[1])
        else { return nil }
        self.init(shard: Shard(shard), position: position)
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
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let place = LogPlace(text: part) else { return nil }
            self[place.shard] = place.position
        }
    }
}
