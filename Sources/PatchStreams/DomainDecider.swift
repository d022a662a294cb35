package import Domain
package import DurableStreams
package import Time

/// Runs a domain aggregate on the engine: its messages and events as JSON, its effects as the engine's.
package struct DomainDecider<Aggregate: StreamBound>: Decider {
    /// Turns what the `number`-th effect of an event asks for into the engine's effect.
    package typealias Translation =
        @Sendable (_ effect: Aggregate.Effect, _ state: Aggregate, _ origin: EffectOrigin) throws -> Effect

    private let translation: Translation

    package init(translation: @escaping Translation) { self.translation = translation }

    /// For folding what is stored, and for aggregates whose events ask for nothing.
    package static var withoutEffects: Self {
        Self { effect, _, origin in throw UnexpectedEffect(effect: "\(effect)", stream: origin.stream) }
    }

    package static var kind: String { Aggregate.streamKind }
    package static var repeatableKinds: Set<String> { Aggregate.repeatableKinds }

    package func initialState(of stream: StreamID) -> Aggregate { Aggregate() }

    package var wake: Aggregate.Message { .wake }

    package func decode(kind: String, body: String) throws -> Aggregate.Message {
        if kind == TaskRunner.failureKind { return try Aggregate.message(ofFailedTask: body) }
        let message = try Aggregate.plainMessage(body) ?? DomainJSON.decode(Aggregate.Message.self, from: body)
        guard message.kind == kind else { throw MisnamedMessage(kind: kind, bodyKind: message.kind) }
        return message
    }

    package func decide(
        _ message: Aggregate.Message,
        _ state: Aggregate,
        _ context: DecisionContext
    ) throws(Refusal) -> [Aggregate.Event] {
        do throws(Aggregate.Refusal) {
            return try state.decide(message, now: context.now, actor: context.actor)
        } catch {
            throw Refusal(code: error.code, detail: error.detail)
        }
    }

    package func evolve(_ state: inout Aggregate, _ event: Aggregate.Event) { state.evolve(event) }

    package func evolve(_ state: inout Aggregate, _ bytes: [UInt8], from start: Int) -> Int? {
        state.evolve(bytes, from: start)
    }

    package func effects(
        of event: Aggregate.Event,
        index: Int64,
        state: Aggregate,
        context: DecisionContext
    ) throws -> [Effect] {
        try state.effects(of: event).enumerated().map { number, effect in
            let origin = EffectOrigin(stream: context.stream, event: index, number: number, at: context.now)
            return try translation(effect, state, origin)
        }
    }

    package func wakeAt(_ state: Aggregate) -> Timestamp? { state.wakeAt }

    package func encode(_ event: Aggregate.Event) throws -> RecordedEvent {
        RecordedEvent(type: event.type, data: try Aggregate.plainData(of: event) ?? DomainJSON.encode(event))
    }

    package func decode(_ event: RecordedEvent) throws -> Aggregate.Event {
        try Aggregate.plainEvent(event.data) ?? DomainJSON.decode(Aggregate.Event.self, from: event.data)
    }
}

/// Where an effect comes from: enough to give what it leads to an id that is unique for ever.
package struct EffectOrigin: Equatable, Sendable {
    package var stream: StreamID
    /// The event's number in its stream, from 1.
    package var event: Int64
    /// The effect's number among those of its event, from 0.
    package var number: Int
    package var at: Timestamp

    package init(stream: StreamID, event: Int64, number: Int, at: Timestamp) {
        self.stream = stream
        self.event = event
        self.number = number
        self.at = at
    }

    /// Stream, event and number: `STREAM@EVENT.NUMBER`, padded, so that messages of one moment are read in the order of their events.
    package var id: String { "\(stream)@\(Self.padded(Int(event), 10)).\(Self.padded(number, 4))" }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

private struct MisnamedMessage: Error, CustomStringConvertible {
    let kind: String
    let bodyKind: String

    var description: String { "the message is called \(kind), but its body is that of \(bodyKind)" }
}

private struct UnexpectedEffect: Error, CustomStringConvertible {
    let effect: String
    let stream: StreamID

    var description: String { "\(stream) asks for \(effect), which nothing here carries out" }
}
