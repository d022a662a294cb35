package import Time

/// What is wanted of an outbox.
package enum OutboxMessage: DomainMessage {
    /// From whoever looks at nodes and cycles: how things are, and whom the policy has told of it.
    case observe(Standing, recipients: [Recipient])
    /// From a worker: the destination took it, and answered so.
    case delivered(destination: String, number: Int, answer: String)
    /// From a worker that has given up.
    case failed(destination: String, number: Int, error: String)
    /// From a person: what was given up is sent again.
    case resend(destination: String)
    case wake

    package var kind: String {
        switch self {
        case .observe: "observe"
        case .delivered: "delivered"
        case .failed: "failed"
        case .resend: "resend"
        case .wake: "wake"
        }
    }
}

/// What happened to an outbox.
package enum OutboxEvent: DomainEvent {
    case observed(Standing, recipients: [Recipient], at: Timestamp)
    /// The destination is to be told of what was observed last.
    case queued(destination: String, number: Int, kind: NoticeKind, at: Timestamp)
    case delivered(destination: String, number: Int, answer: String, at: Timestamp)
    /// No further attempt is made by itself.
    case failed(destination: String, number: Int, error: String, at: Timestamp)
    case resent(destination: String, number: Int, by: String, at: Timestamp)

    package var type: String {
        switch self {
        case .observed: "outbox.observed.v1"
        case .queued: "outbox.queued.v1"
        case .delivered: "outbox.delivered.v1"
        case .failed: "outbox.failed.v1"
        case .resent: "outbox.resent.v1"
        }
    }

    package var at: Timestamp {
        switch self {
        case .observed(_, _, let at), .queued(_, _, _, let at), .delivered(_, _, _, let at), .failed(_, _, _, let at),
            .resent(_, _, _, let at):
            at
        }
    }
}

/// Why an outbox does not do what a message wants.
package enum OutboxRefusal: DomainRefusal {
    case notFailed(destination: String)

    package var code: String { "delivery-not-failed" }

    package var detail: String {
        switch self {
        case .notFailed(let destination):
            "cannot send it to \(destination) again: nothing was given up, or something newer has taken its place; "
                + "`ringmaster delivery ls` lists what was"
        }
    }
}
