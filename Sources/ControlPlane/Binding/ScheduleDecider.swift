package import Domain
package import DurableStreams
import PatchStreams
import Scheduling
package import Time

/// Runs schedules on the engine; the calendar, which Domain does not know, comes in here.
package struct ScheduleDecider: Decider {
    package static var kind: String { "schedule" }

    package init() {}

    package func initialState(of stream: StreamID) -> Schedule { Schedule() }

    package var wake: ScheduleMessage { .wake }

    package func decode(kind: String, body: String) throws -> ScheduleMessage {
        try DomainJSON.decode(ScheduleMessage.self, from: body)
    }

    package func decide(
        _ message: ScheduleMessage,
        _ state: Schedule,
        _ context: DecisionContext
    ) throws(Refusal) -> [ScheduleEvent] {
        do throws(ScheduleRefusal) {
            return try state.decide(message, now: context.now, actor: context.actor) { rule, moment in
                // Rules were checked when their workflow was read; one that time-zone data has since lost never fires.
                (try? rule.next(after: moment)) ?? nil
            }
        } catch {
            throw Refusal(code: error.code, detail: error.detail)
        }
    }

    package func evolve(_ state: inout Schedule, _ event: ScheduleEvent) { state.evolve(event) }

    package func effects(
        of event: ScheduleEvent,
        index: Int64,
        state: Schedule,
        context: DecisionContext
    ) throws -> [Effect] {
        try state.effects(of: event).map { effect in
            switch effect {
            case .startCycle(let occurrence, let start):
                let message = CycleMessage.start(start)
                let name = "\(start.definition.name)-\(occurrence)"
                let body = try DomainJSON.encode(message)
                return .message(id: "start", to: Cycle.stream(name), kind: message.kind, body: body)
            }
        }
    }

    package func wakeAt(_ state: Schedule) -> Timestamp? { state.wakeAt }

    package func encode(_ event: ScheduleEvent) throws -> RecordedEvent {
        RecordedEvent(type: event.type, data: try DomainJSON.encode(event))
    }

    package func decode(_ event: RecordedEvent) throws -> ScheduleEvent {
        try DomainJSON.decode(ScheduleEvent.self, from: event.data)
    }
}
