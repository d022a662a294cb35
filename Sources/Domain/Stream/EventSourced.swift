package import Time

/// The state of one kind of stream and its rules, as pure functions: no I/O, no clock, no randomness.
///
/// State is the fold of events by ``evolve(_:)``; what people and workers want is judged by ``decide(_:now:actor:)``.
package protocol EventSourced: Codable, Equatable, Sendable {
    associatedtype Message: DomainMessage
    associatedtype Event: DomainEvent
    associatedtype Effect: Equatable, Sendable
    associatedtype Refusal: DomainRefusal

    /// The state of a stream without events.
    init()

    /// What happens when the message meets this state; nothing for one that changes nothing.
    ///
    /// `now` may run backwards between calls (another machine decides); time within the stream never does.
    ///
    /// - Throws: the rule that forbids it.
    func decide(_ message: Message, now: Timestamp, actor: String) throws(Refusal) -> [Event]

    /// The state after the event. Total: a stored event is never refused.
    mutating func evolve(_ event: Event)

    /// What the event asks of the world; `self` is the state right after it.
    func effects(of event: Event) -> [Effect]

    /// When the stream wants to be woken; nil when only a message can change it.
    var wakeAt: Timestamp? { get }
}

/// What somebody wants of a stream.
package protocol DomainMessage: Codable, Equatable, Sendable {
    /// Its name in the inbox such as `approve`; it says which case the JSON holds.
    var kind: String { get }
    /// What a stream is sent when its wake-up time has come.
    static var wake: Self { get }
}

/// A fact, once and for all.
package protocol DomainEvent: Codable, Equatable, Sendable {
    /// Stable name and version such as `cycle.stage-opened.v1`.
    var type: String { get }
}

/// The rule that forbids a message.
package protocol DomainRefusal: Error, Equatable, Sendable {
    /// Stable and kebab-case.
    var code: String { get }
    /// A sentence for an operator: what failed, on what, why, and what to do next.
    var detail: String { get }
}
