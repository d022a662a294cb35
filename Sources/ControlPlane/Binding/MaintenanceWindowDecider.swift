package import Domain
package import DurableStreams
import PatchStreams
import Scheduling
package import Time

/// Runs maintenance windows on the engine; the calendar, which Domain does not know, comes in here.
package struct MaintenanceWindowDecider: Decider {
    package static var kind: String { "maintenance-window" }

    package init() {}

    /// - Parameter name: `SITE/mw-…`.
    package static func stream(_ name: String) -> StreamID { StreamID(kind: kind, name: name) }

    package func initialState(of stream: StreamID) -> MaintenanceWindow { MaintenanceWindow(name: stream.name) }

    package var wake: MaintenanceWindowMessage { .wake }

    package func decode(kind: String, body: String) throws -> MaintenanceWindowMessage {
        if kind == TaskRunner.failureKind {
            let failed = try DomainJSON.decode(FailedTask.self, from: body)
            return .commandRefused(failed.work.place, reason: failed.error)
        }
        return try DomainJSON.decode(MaintenanceWindowMessage.self, from: body)
    }

    package func decide(
        _ message: MaintenanceWindowMessage,
        _ state: MaintenanceWindow,
        _ context: DecisionContext
    ) throws(Refusal) -> [MaintenanceWindowEvent] {
        do throws(MaintenanceWindowRefusal) {
            return try state.decide(message, now: context.now, actor: context.actor, timing: .calendar)
        } catch {
            throw Refusal(code: error.code, detail: error.detail)
        }
    }

    package func evolve(_ state: inout MaintenanceWindow, _ event: MaintenanceWindowEvent) { state.evolve(event) }

    package func effects(
        of event: MaintenanceWindowEvent,
        index: Int64,
        state: MaintenanceWindow,
        context: DecisionContext
    ) throws -> [Effect] {
        try state.effects(of: event).enumerated().map { number, effect in
            let origin = EffectOrigin(stream: context.stream, event: index, number: number, at: context.now)
            switch effect {
            case .sendCommand(let place):
                let body = try DomainJSON.encode(WindowWork(place: place))
                return .task(id: origin.id, kind: WindowWork.kind, body: body, notBefore: origin.at)
            case .stopCommand(let place, let reason):
                let message = CycleMessage.abort(reason: reason)
                let cycle = Cycle.stream(SentCommand.cycle(ofCommand: place.description))
                let body = try DomainJSON.encode(message)
                return .message(id: origin.id, to: cycle, kind: message.kind, body: body)
            }
        }
    }

    package func wakeAt(_ state: MaintenanceWindow) -> Timestamp? { state.wakeAt }

    package func encode(_ event: MaintenanceWindowEvent) throws -> RecordedEvent {
        RecordedEvent(type: event.type, data: try DomainJSON.encode(event))
    }

    package func decode(_ event: RecordedEvent) throws -> MaintenanceWindowEvent {
        try DomainJSON.decode(MaintenanceWindowEvent.self, from: event.data)
    }

    private struct FailedTask: Decodable {
        let work: WindowWork
        let error: String
    }
}
