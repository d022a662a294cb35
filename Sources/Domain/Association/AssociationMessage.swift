package import Time

/// What is wanted of an association.
package enum AssociationMessage: DomainMessage {
    /// Makes or changes it. `revision` is that of the state that the change was made from; 0 makes an association.
    case configure(AssociationConfiguration, revision: Int)
    case delete
    /// Runs it once, beside its schedule.
    case start
    /// From a worker: the execution's command is on its way.
    case commandSent(AssociationPlace)
    /// From a worker: the execution's command cannot be sent, whoever tries.
    case commandRefused(AssociationPlace, reason: String)
    /// From the cycle of the command with that id.
    case commandEnded(command: String, CommandEnding)
    case wake

    package var kind: String {
        switch self {
        case .configure: "configure"
        case .delete: "delete"
        case .start: "start"
        case .commandSent: "command-sent"
        case .commandRefused: "command-refused"
        case .commandEnded: "command-ended"
        case .wake: "wake"
        }
    }
}

/// What happened to an association; `next` is its next occurrence, nil when there is none.
package enum AssociationEvent: DomainEvent {
    case configured(AssociationConfiguration, next: Timestamp?, by: String, at: Timestamp)
    case deleted(by: String, at: Timestamp)
    case startRequested(by: String, at: Timestamp)
    case executionStarted(number: Int, next: Timestamp?, at: Timestamp)
    /// The one before it was still at work: it does not start later either.
    case executionSkipped(number: Int, next: Timestamp?, at: Timestamp)
    case commandSent(execution: Int, at: Timestamp)
    case executionEnded(number: Int, ExecutionStatus, details: String?, at: Timestamp)

    package var type: String {
        switch self {
        case .configured: "association.configured.v1"
        case .deleted: "association.deleted.v1"
        case .startRequested: "association.start-requested.v1"
        case .executionStarted: "association.execution-started.v1"
        case .executionSkipped: "association.execution-skipped.v1"
        case .commandSent: "association.command-sent.v1"
        case .executionEnded: "association.execution-ended.v1"
        }
    }

    package var at: Timestamp {
        switch self {
        case .configured(_, _, _, let at), .deleted(_, let at), .startRequested(_, let at),
            .executionStarted(_, _, let at), .executionSkipped(_, _, let at), .commandSent(_, let at),
            .executionEnded(_, _, _, let at):
            at
        }
    }
}
