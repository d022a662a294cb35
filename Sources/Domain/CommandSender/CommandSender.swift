package import Time

/// What sends commands by itself when a calendar says so: a maintenance window, or an association.
///
/// As ``EventSourced``, but for its name, which the ids of its commands spell, and for the calendar, which Domain does not know.
package protocol CommandSender: Codable, Equatable, Sendable {
    associatedtype Message: DomainMessage
    associatedtype Event: DomainEvent
    associatedtype Refusal: CommandSenderRefusal
    /// What its calendar goes by.
    associatedtype Settings: Sendable
    /// Which of its commands; its text is the command's id.
    associatedtype Place: Codable, Equatable, Sendable, CustomStringConvertible

    /// The first part of its streams' names.
    static var streamKind: String { get }

    /// The state of a stream without events.
    init(name: String)

    /// `SITE/ID`.
    var name: String { get }
    /// Counts the changes of what people set on it.
    var revision: Int { get }
    /// Whether it was made, and is not deleted.
    var isKept: Bool { get }
    var wakeAt: Timestamp? { get }

    /// - Throws: the rule that forbids the message.
    func decide(
        _ message: Message,
        now: Timestamp,
        actor: String,
        timing: OccurrenceTiming<Settings>
    ) throws(Refusal) -> [Event]

    mutating func evolve(_ event: Event)

    /// What the event asks of the world; `self` is the state right after it.
    func effects(of event: Event) -> [CommandEffect<Place>]

    /// What is to be sent from the place; nil where there is nothing any more.
    func request(at place: Place) -> CommandRequest?

    /// From a worker: the command is on its way.
    static func sent(_ place: Place) -> Message

    /// From a worker: the command cannot be sent, whoever tries.
    static func refused(_ place: Place, reason: String) -> Message
}

extension CommandSender {
    /// The name of the one with that id, which belongs to the site.
    package static func name(_ id: String, site: String) -> String { "\(site)/\(id)" }

    package var site: String { String(name.prefix { $0 != "/" }) }
    package var id: String { String(name.drop { $0 != "/" }.dropFirst()) }
}

/// Why one that sends commands does not do what a message wants.
package protocol CommandSenderRefusal: DomainRefusal {
    /// There is no such one, or it is deleted.
    static var notFound: Self { get }
    /// Somebody changed it since it was read.
    static var changedMeanwhile: Self { get }

    /// Whether it is about something that there is not.
    var isUnknown: Bool { get }
}
