import DurableStreams
import PatchStreams
import Time

/// A decider that judges by another state than the one there is.
struct MutantDecider<Aggregate: StreamBound>: Decider {
    /// Changes what the decider sees of the state when it judges a message.
    typealias Blindness = @Sendable (_ json: inout JSONValue, _ state: Aggregate, _ message: Aggregate.Message) -> Void

    private let base: DomainDecider<Aggregate>
    private let sees: Blindness

    init(_ base: DomainDecider<Aggregate>, sees: @escaping Blindness) {
        self.base = base
        self.sees = sees
    }

    static var kind: String { Aggregate.streamKind }

    func decide(_ message: Aggregate.Message, _ state: Aggregate, _ context: DecisionContext) throws(Refusal)
        -> [Aggregate.Event]
    {
        let seen: Aggregate
        do {
            seen = try JSONValue.edited(state) { sees(&$0, state, message) }
        } catch {
            throw Refusal(code: "mutant", detail: "\(error)")
        }
        return try base.decide(message, seen, context)
    }

    func initialState(of stream: StreamID) -> Aggregate { base.initialState(of: stream) }
    func decode(kind: String, body: String) throws -> Aggregate.Message { try base.decode(kind: kind, body: body) }
    var wake: Aggregate.Message { base.wake }
    func evolve(_ state: inout Aggregate, _ event: Aggregate.Event) { base.evolve(&state, event) }
    func wakeAt(_ state: Aggregate) -> Timestamp? { base.wakeAt(state) }
    func encode(_ event: Aggregate.Event) throws -> RecordedEvent { try base.encode(event) }
    func decode(_ event: RecordedEvent) throws -> Aggregate.Event { try base.decode(event) }

    func effects(of event: Aggregate.Event, index: Int64, state: Aggregate, context: DecisionContext) throws -> [Effect]
    {
        try base.effects(of: event, index: index, state: state, context: context)
    }
}
