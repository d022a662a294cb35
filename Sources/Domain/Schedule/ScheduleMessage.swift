package import Time

/// What is wanted of a schedule.
package enum ScheduleMessage: DomainMessage {
    /// Sets what it starts and when, and enables it.
    case define(ScheduledCycle)
    case enable
    case disable
    case wake

    package var kind: String {
        switch self {
        case .define: "define"
        case .enable: "enable"
        case .disable: "disable"
        case .wake: "wake"
        }
    }
}

/// What happened to a schedule; `next` is its next occurrence, nil when there is none.
package enum ScheduleEvent: DomainEvent {
    case defined(ScheduledCycle, next: Timestamp?, by: String, at: Timestamp)
    case enabled(next: Timestamp?, by: String, at: Timestamp)
    case disabled(by: String, at: Timestamp)
    case fired(occurrence: Timestamp, next: Timestamp?, at: Timestamp)

    package var type: String {
        switch self {
        case .defined: "schedule.defined.v1"
        case .enabled: "schedule.enabled.v1"
        case .disabled: "schedule.disabled.v1"
        case .fired: "schedule.fired.v1"
        }
    }
}

/// What an event of a schedule asks of the world.
package enum ScheduleEffect: Equatable, Sendable {
    /// A message `start` to a new cycle, named after the workflow and the occurrence.
    case startCycle(occurrence: Timestamp, CycleStart)
}

/// Why a schedule does not do what a message wants.
package enum ScheduleRefusal: DomainRefusal {
    case notDefined

    package var code: String { "schedule-not-defined" }

    package var detail: String {
        "cannot enable or disable the schedule: it was never defined; define it from a workflow that has `starts`"
    }
}
