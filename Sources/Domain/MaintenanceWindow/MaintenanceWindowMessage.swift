package import Time

/// What is wanted of a maintenance window.
package enum MaintenanceWindowMessage: DomainMessage {
    /// Makes or changes it. `revision` is that of the state that the change was made from; 0 makes a window.
    case configure(WindowConfiguration, revision: Int)
    case delete
    case cancel(execution: Int)
    /// From a worker: the invocation's command is on its way.
    case commandSent(WindowPlace)
    /// From a worker: the invocation's command cannot be sent, whoever tries.
    case commandRefused(WindowPlace, reason: String)
    /// From the cycle of the command with that id.
    case commandEnded(command: String, CommandEnding)
    case wake

    package var kind: String {
        switch self {
        case .configure: "configure"
        case .delete: "delete"
        case .cancel: "cancel"
        case .commandSent: "command-sent"
        case .commandRefused: "command-refused"
        case .commandEnded: "command-ended"
        case .wake: "wake"
        }
    }
}

/// What happened to a maintenance window; `next` is its next opening, nil when there is none.
package enum MaintenanceWindowEvent: DomainEvent {
    case configured(WindowConfiguration, next: Timestamp?, by: String, at: Timestamp)
    case deleted(by: String, at: Timestamp)
    /// With the tasks and targets that are registered at that moment.
    case executionStarted(number: Int, WindowOccurrence, next: Timestamp?, at: Timestamp)
    /// The one before it was still at work: it does not start later either.
    case executionSkipped(number: Int, WindowOccurrence, next: Timestamp?, at: Timestamp)
    /// Nobody looked at it before its cutoff.
    case occurrenceMissed(WindowOccurrence, next: Timestamp?, at: Timestamp)
    case invocationStarted(WindowPlace, at: Timestamp)
    case commandSent(WindowPlace, at: Timestamp)
    case invocationEnded(WindowPlace, ExecutionStatus, details: String?, at: Timestamp)
    /// What has not begun does not begin any more.
    case cutoffReached(execution: Int, at: Timestamp)
    case cancelRequested(execution: Int, by: String, at: Timestamp)
    case executionEnded(number: Int, ExecutionStatus, details: String?, at: Timestamp)

    package var type: String {
        switch self {
        case .configured: "maintenance-window.configured.v1"
        case .deleted: "maintenance-window.deleted.v1"
        case .executionStarted: "maintenance-window.execution-started.v1"
        case .executionSkipped: "maintenance-window.execution-skipped.v1"
        case .occurrenceMissed: "maintenance-window.occurrence-missed.v1"
        case .invocationStarted: "maintenance-window.invocation-started.v1"
        case .commandSent: "maintenance-window.command-sent.v1"
        case .invocationEnded: "maintenance-window.invocation-ended.v1"
        case .cutoffReached: "maintenance-window.cutoff-reached.v1"
        case .cancelRequested: "maintenance-window.cancel-requested.v1"
        case .executionEnded: "maintenance-window.execution-ended.v1"
        }
    }

    package var at: Timestamp {
        switch self {
        case .configured(_, _, _, let at), .deleted(_, let at), .executionStarted(_, _, _, let at),
            .executionSkipped(_, _, _, let at), .occurrenceMissed(_, _, let at), .invocationStarted(_, let at),
            .commandSent(_, let at), .invocationEnded(_, _, _, let at), .cutoffReached(_, let at),
            .cancelRequested(_, _, let at), .executionEnded(_, _, _, let at):
            at
        }
    }
}
