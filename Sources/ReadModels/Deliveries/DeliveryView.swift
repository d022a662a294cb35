package import Domain
package import Time

/// How far a destination is with what it is told of a node or a cycle.
package struct DeliveryView: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// On its way, or waiting for its next attempt.
        case sending
        case delivered
        /// Given up; a person may have it sent again.
        case failed
    }

    /// `node/ID` or `cycle/ID`.
    package var subject: String
    package var destination: String
    package var state: State
    /// The last notice's, under which its receiver knows it.
    package var id: String
    /// Such as `node.opened`.
    package var kind: NoticeKind
    /// When it was to be told.
    package var at: Timestamp
    /// nil unless it was given up, as is when.
    package var error: String?
    package var failedAt: Timestamp?

    /// nil for a destination that was told nothing yet.
    package init?(_ mailing: Outbox.Mailing, of subject: String) {
        let notice: Notice
        if let failure = mailing.failure {
            (state, notice) = (.failed, failure.notice)
            (error, failedAt) = (failure.error, failure.at)
        } else if let sending = mailing.sending {
            (state, notice) = (.sending, sending)
        } else if let told = mailing.told {
            (state, notice) = (.delivered, told)
        } else {
            return nil
        }
        self.subject = subject
        destination = mailing.recipient.destination
        id = notice.id(of: subject)
        kind = notice.kind
        at = notice.at
    }
}

/// The body of `POST /api/v1/deliveries/resend`.
package struct ResendDelivery: Decision, Codable, Equatable, Sendable {
    package var subject: String
    package var destination: String
    package var by: String?

    package init(subject: String, destination: String, by: String?) {
        self.subject = subject
        self.destination = destination
        self.by = by
    }
}
