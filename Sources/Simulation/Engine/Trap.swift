import Domain
import DurableStreams
import PatchStreams
import Synchronization
import Time

/// Where a decider that traps would end its process.
final class Trap: Sendable {
    /// Whoever pauses a cycle for this reason hits a defect of its decider.
    static let reason = "a trap"

    private let message = Mutex<MessageKey?>(nil)

    /// What has just sprung it.
    func reset() -> MessageKey? {
        message.withLock { message in
            defer { message = nil }
            return message
        }
    }

    fileprivate func spring(_ context: DecisionContext) {
        message.withLock { $0 = MessageKey(stream: context.stream, id: context.messageID) }
    }
}

/// The decider of cycles with a defect that ends its process.
struct TrappingDecider<Base: Decider>: Decider where Base.Incoming == CycleMessage, Base.State == Cycle {
    let base: Base
    let trap: Trap

    static var kind: String { Base.kind }
    static var stateFormat: Int { Base.stateFormat }
    static var repeatableKinds: Set<String> { Base.repeatableKinds }

    func decide(_ message: CycleMessage, _ state: Cycle, _ context: DecisionContext) throws(Refusal) -> [Base.Event] {
        if case .pause(Trap.reason) = message { trap.spring(context) }
        return try base.decide(message, state, context)
    }

    func initialState(of stream: StreamID) -> Cycle { base.initialState(of: stream) }
    func decode(kind: String, body: String) throws -> CycleMessage { try base.decode(kind: kind, body: body) }
    var wake: CycleMessage { base.wake }
    func evolve(_ state: inout Cycle, _ event: Base.Event) { base.evolve(&state, event) }
    func wakeAt(_ state: Cycle) -> Timestamp? { base.wakeAt(state) }
    func encode(_ event: Base.Event) throws -> RecordedEvent { try base.encode(event) }
    func decode(_ event: RecordedEvent) throws -> Base.Event { try base.decode(event) }

    func effects(of event: Base.Event, index: Int64, state: Cycle, context: DecisionContext) throws -> [Effect] {
        try base.effects(of: event, index: index, state: state, context: context)
    }
}
