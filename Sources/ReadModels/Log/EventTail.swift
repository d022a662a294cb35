import AgentProtocol
import Domain
import DurableStreams
import PatchStreams

/// A place in the log that moves on as it is read, commit by commit: nothing is left out, nothing comes twice.
package struct EventTail: Sendable {
    /// Whose events.
    package enum Subject: Equatable, Sendable {
        /// - Parameters:
        ///   - includesEngine: whether the engine's own streams are among them.
        ///   - includesAudit: whether the audit's are.
        case all(includesEngine: Bool, includesAudit: Bool = false)
        /// A cycle and the rollouts of its lanes.
        case cycle(String)
        case stream(String)
    }

    /// What one stream gained at once.
    package struct Gain: Sendable {
        package var events: [EventView]
        /// The place behind it, which a later tail begins at.
        package var cursor: String
    }

    private enum Place: Sendable {
        case log(LogCursor)
        /// - Parameter head: of the stream's shard when nothing new was found last; nil before.
        case stream(version: Int64, head: Int64?)
    }

    /// Commits read at a time, each of which may be of 300 kB.
    private static let commitsAtATime = 16
    /// How often the log is read on when it has nothing that is wanted.
    private static let readsAtATime = 64

    private let subject: Subject
    private let reader: StreamReader
    private let logEnd: LogEnd
    private var place: Place

    /// - Parameters:
    ///   - after: a gain's or a page's cursor; nil or `end` for what is to come.
    ///   - logEnd: that all tails of a process share.
    /// - Throws: ``Problem`` 400 for a cursor that was not given for such a subject, 404 for an unknown cycle.
    package init(of subject: Subject, after: String?, in questions: FleetQuestions, _ logEnd: LogEnd) async throws {
        let after = after == "end" ? nil : after
        (self.subject, reader, self.logEnd) = (subject, questions.reader, logEnd)
        if case .cycle(let id) = subject { try await questions.checkCycle(id) }
        if case .stream(let name) = subject {
            let cursor =
                if let after { after } else { try await questions.latestEvents(of: name, 1).cursor }
            place = .stream(version: try FleetQuestions.version(cursor), head: nil)
        } else {
            place = .log(try await questions.start(after ?? "end"))
        }
    }

    /// The next gains, oldest first; empty when there are none now, and at times although there are more.
    package mutating func next() async throws -> [Gain] {
        let end = try await logEnd.current(of: reader)
        switch place {
        case .log(let cursor): return try await next(after: cursor, upTo: end)
        case .stream(let version, let head):
            guard case .stream(let name) = subject else { return [] }
            let stream = StreamID(name)
            guard head != end[stream.shard] else { return [] }
            let commits = try await reader.commits(of: stream, after: version, limit: Self.commitsAtATime)
            place = .stream(
                version: commits.last?.version ?? version,
                head: commits.count < Self.commitsAtATime ? end[stream.shard] : nil
            )
            return try commits.map { Gain(events: try Self.events(of: $0), cursor: "v\($0.version)") }
        }
    }

    // MARK: - Steps

    private mutating func next(after start: LogCursor, upTo end: LogCursor) async throws -> [Gain] {
        var cursor = start
        for _ in 0..<Self.readsAtATime where cursor.isBehind(end) {
            let (commits, next) = try await reader.commits(after: cursor, limit: Self.commitsAtATime)
            var gains: [Gain] = []
            for commit in commits {
                cursor[commit.shard] = commit.position
                guard isWanted(commit.stream) else { continue }
                gains.append(Gain(events: try Self.events(of: commit), cursor: cursor.text))
            }
            cursor = next
            place = .log(next)
            // What is left stands in shards that cannot be read now.
            guard gains.isEmpty, !commits.isEmpty else { return gains }
        }
        return []
    }

    private func isWanted(_ stream: StreamID) -> Bool {
        switch subject {
        case .all(let includesEngine, let includesAudit):
            (includesEngine || stream.kind != StreamID.engineKind)
                && (includesAudit || stream.kind != AuditTrail.streamKind)
        case .cycle(let id):
            stream == Cycle.stream(id) || stream.rawValue.hasPrefix(Rollout.stream("\(id)/").rawValue)
        case .stream(let name): stream.rawValue == name
        }
    }

    private static func events(of commit: Commit) throws -> [EventView] {
        try commit.storedEvents().map(EventView.init)
    }
}
