package import Time

/// What was let and denied in one month.
package struct AuditTrail: EventSourced {
    /// How many entries it has.
    package private(set) var count = 0

    package init() {}

    package var wakeAt: Timestamp? { nil }

    package func decide(_ message: AuditMessage, now: Timestamp, actor: String) throws(AuditRefusal) -> [AuditEvent] {
        switch message {
        case .record(let entry): [.recorded(entry, at: now)]
        case .wake: []
        }
    }

    package mutating func evolve(_ event: AuditEvent) { count += 1 }

    package func effects(of event: AuditEvent) -> [AuditEffect] { [] }
}

/// What an audit trail is told.
package enum AuditMessage: DomainMessage {
    case record(AuditEntry)
    case wake

    package var kind: String {
        switch self {
        case .record: "record"
        case .wake: "wake"
        }
    }
}

/// What an audit trail holds.
package enum AuditEvent: DomainEvent {
    case recorded(AuditEntry, at: Timestamp)

    package var type: String {
        switch self {
        case .recorded: "audit.recorded.v1"
        }
    }
}

/// What is noted asks for nothing.
package enum AuditEffect: Equatable, Sendable {}

/// What is told to a trail has happened, so there is nothing to refuse.
package enum AuditRefusal: DomainRefusal {
    package var code: String { switch self {} }
    package var detail: String { switch self {} }
}
