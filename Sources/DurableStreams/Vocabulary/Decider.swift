package import Time

/// The rules of one kind of stream, as pure functions: no I/O, no clock, no randomness.
package protocol Decider: Sendable {
    associatedtype Incoming: Sendable
    associatedtype Event: Sendable
    /// The fold of the events; `Codable` for snapshots.
    associatedtype State: Codable & Equatable & Sendable

    /// The kind of stream it decides for such as `cycle`.
    static var kind: String { get }

    /// Raised by one whenever ``evolve(_:_:)`` or `State` changes so that older snapshots no longer equal the fold;
    /// they are then ignored and the stream is folded from its first event. 1 if not given.
    static var stateFormat: Int { get }

    /// Kinds of messages that the stream recognises by itself when they come again, as a report by its number: deciding one a
    /// second time leads to nothing. The engine keeps no answer to those it has accepted; none if not given.
    static var repeatableKinds: Set<String> { get }

    func initialState(of stream: StreamID) -> State

    /// - Throws: any error for a body that does not decode; the message is then set aside.
    func decode(kind: String, body: String) throws -> Incoming

    /// What the message sent when a stream's ``wakeAt(_:)`` is reached.
    var wake: Incoming { get }

    /// The events that the message leads to; none when it changes nothing.
    ///
    /// - Throws: the rule that forbids it.
    func decide(_ message: Incoming, _ state: State, _ context: DecisionContext) throws(Refusal) -> [Event]

    /// The state after the event. Total: a stored event is never refused.
    func evolve(_ state: inout State, _ event: Event)

    /// The state after an event that is read straight from where it is stored: a faster way to what ``decode(_:)`` and
    /// ``evolve(_:_:)`` do, for events of which there are many.
    ///
    /// - Parameters:
    ///   - bytes: the stored events of a commit in UTF-8.
    ///   - start: where the data of this one begins.
    /// - Returns: where the data ends; nil, with the state as it was, for an event that is left to those two. nil if not given.
    func evolve(_ state: inout State, _ bytes: [UInt8], from start: Int) -> Int?

    /// What the event asks for; `state` is the state after it. `index` is the event's number in its stream, from 1:
    /// with the stream's name it makes ids that are unique for ever.
    func effects(of event: Event, index: Int64, state: State, context: DecisionContext) throws -> [Effect]

    /// When the stream wants to be woken; nil when only a message can change it.
    func wakeAt(_ state: State) -> Timestamp?

    func encode(_ event: Event) throws -> RecordedEvent

    /// Reads an event of this or any earlier version.
    func decode(_ event: RecordedEvent) throws -> Event
}

extension Decider {
    package static var stateFormat: Int { 1 }
    package static var repeatableKinds: Set<String> { [] }
    package func evolve(_ state: inout State, _ bytes: [UInt8], from start: Int) -> Int? { nil }
}

/// Who asked, for which stream, and when it is decided.
package struct DecisionContext: Equatable, Sendable {
    package var stream: StreamID
    package var messageID: String
    package var actor: String
    package var now: Timestamp

    package init(stream: StreamID, messageID: String, actor: String, now: Timestamp) {
        self.stream = stream
        self.messageID = messageID
        self.actor = actor
        self.now = now
    }
}
