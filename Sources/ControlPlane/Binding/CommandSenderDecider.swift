package import Domain
package import DurableStreams
import PatchStreams
package import Scheduling
package import Time

package typealias MaintenanceWindowDecider = CommandSenderDecider<MaintenanceWindow>
package typealias AssociationDecider = CommandSenderDecider<Association>

/// Runs what sends commands by itself on the engine; the calendar, which Domain does not know, comes in here.
package struct CommandSenderDecider<Sender: CommandSender>: Decider where Sender.Settings: ScheduledSettings {
    package static var kind: String { Sender.streamKind }

    package init() {}

    /// - Parameter name: `SITE/ID`.
    package static func stream(_ name: String) -> StreamID { StreamID(kind: kind, name: name) }

    package func initialState(of stream: StreamID) -> Sender { Sender(name: stream.name) }

    package var wake: Sender.Message { .wake }

    package func decode(kind: String, body: String) throws -> Sender.Message {
        if kind == TaskRunner.failureKind {
            let failed = try DomainJSON.decode(FailedTask.self, from: body)
            return Sender.refused(failed.work.place, reason: failed.error)
        }
        return try DomainJSON.decode(Sender.Message.self, from: body)
    }

    package func decide(
        _ message: Sender.Message,
        _ state: Sender,
        _ context: DecisionContext
    ) throws(Refusal) -> [Sender.Event] {
        do throws(Sender.Refusal) {
            return try state.decide(message, now: context.now, actor: context.actor, timing: .calendar)
        } catch {
            throw Refusal(code: error.code, detail: error.detail)
        }
    }

    package func evolve(_ state: inout Sender, _ event: Sender.Event) { state.evolve(event) }

    package func effects(
        of event: Sender.Event,
        index: Int64,
        state: Sender,
        context: DecisionContext
    ) throws -> [Effect] {
        try state.effects(of: event).enumerated().map { number, effect in
            let origin = EffectOrigin(stream: context.stream, event: index, number: number, at: context.now)
            switch effect {
            case .sendCommand(let place):
                let work = CommandWork(place: place)
                let body = try DomainJSON.encode(work)
                return .task(id: origin.id, kind: type(of: work).kind, body: body, notBefore: origin.at)
            case .stopCommand(let place, let reason):
                let message = CycleMessage.abort(reason: reason)
                let cycle = Cycle.stream(SentCommand.cycle(ofCommand: place.description))
                let body = try DomainJSON.encode(message)
                return .message(id: origin.id, to: cycle, kind: message.kind, body: body)
            }
        }
    }

    package func wakeAt(_ state: Sender) -> Timestamp? { state.wakeAt }

    package func encode(_ event: Sender.Event) throws -> RecordedEvent {
        RecordedEvent(type: event.type, data: try DomainJSON.encode(event))
    }

    package func decode(_ event: RecordedEvent) throws -> Sender.Event {
        try DomainJSON.decode(Sender.Event.self, from: event.data)
    }

    private struct FailedTask: Decodable {
        let work: CommandWork<Sender.Place>
        let error: String
    }
}
