import ReadModels
import Time

/// What happened lately: every event says who or what decided it.
struct ActivityPage: Sendable {
    var frame: Frame
    /// The stream that is looked at; nil for all.
    var stream: String?
    var person: String?
    var events: [EventLine]
    var hasEvents: Bool
    var shown: String
    /// Where what people decided is alone.
    var peopleAddress: String
    var isPeople: Bool
    var allAddress: String

    /// Events that are looked at, and of which those that are wanted are shown.
    static let mostEvents = 1_000
    static let mostLines = 100

    /// What is shown of them.
    struct Choice: Sendable {
        /// nil for what anybody did.
        var person: String?
        /// Whether what people decided is alone.
        var isPeople: Bool

        func isWanted(_ actor: String) -> Bool {
            (person == nil || actor == person) && (!isPeople || EventLine.isPerson(actor))
        }
    }

    /// - Parameters:
    ///   - shown: those that are wanted, oldest first.
    ///   - lookedAt: of how many they are the last.
    init(
        _ shown: [EventView],
        of lookedAt: Int,
        stream: String?,
        _ choice: Choice,
        for visit: Visit
    ) {
        frame = Frame("Activity", at: .activity, of: visit, live: stream == nil ? WebAddress("live") : nil)
        self.stream = stream
        (person, isPeople) = (choice.person, choice.isPeople)
        events = shown.reversed().map(EventLine.init)
        hasEvents = !events.isEmpty
        self.shown = "\(Figures.count(events.count, "event")) of the last \(Figures.grouped(lookedAt))"
        peopleAddress = WebAddress("activity").with("only", "decisions").text
        allAddress = WebAddress("activity").text
    }
}

/// One event of the log.
struct EventLine: Sendable {
    var at: String
    var stream: String
    var streamAddress: String
    /// The page of what it happened to; nil where there is none.
    var subjectAddress: String?
    var kind: String
    var actor: String
    var actorAddress: String
    var data: String
    var place: String

    /// Characters of its data.
    private static let mostData = 140

    init(_ event: EventView) {
        at = TimeText.second(event.at)
        stream = event.stream
        streamAddress = WebAddress("activity").with("stream", event.stream).text
        subjectAddress = Self.subject(event.stream)
        kind = event.type
        actor = event.actor
        actorAddress = WebAddress("activity").with("person", event.actor).text
        let text = event.data.json
        data = text.count > Self.mostData ? text.prefix(Self.mostData) + "…" : text
        place = "\(event.shard):\(event.position)"
    }

    /// No stream, host or clock.
    static func isPerson(_ actor: String) -> Bool { !actor.contains("/") && actor != "server" }

    private static func subject(_ stream: String) -> String? {
        let parts = stream.split(separator: "/")
        guard parts.count > 1 else { return nil }
        switch parts[0] {
        case "cycle", "rollout": return WebAddress("cycles", String(parts[1])).text
        case "node": return WebAddress("nodes", String(parts[1])).text
        case "policy": return WebAddress("policy").text
        default: return nil
        }
    }
}
