package import Time

/// A person's decision on a message that was set aside; kept for auditors.
package struct Settlement: Equatable, Sendable {
    package enum Verb: String, Sendable {
        /// It is decided again.
        case retry
        /// It is never decided.
        case discard
    }

    /// The code with which a discarded message is refused.
    package static let discardedCode = "message-discarded"

    package var request: SettlementRequest
    package var at: Timestamp
    /// The message as it was set aside.
    package var settled: SetAsideMessage

    package init(request: SettlementRequest, at: Timestamp, settled: SetAsideMessage) {
        self.request = request
        self.at = at
        self.settled = settled
    }
}

/// What a person wants of a message that was set aside.
package struct SettlementRequest: Equatable, Sendable {
    /// The idempotency key: the same one settles a message once.
    package var id: String
    package var verb: Settlement.Verb
    package var by: String
    package var reason: String?

    package init(id: String, verb: Settlement.Verb, by: String, reason: String?) {
        self.id = id
        self.verb = verb
        self.by = by
        self.reason = reason
    }

    /// What whoever waits for a discarded message is told.
    var discardedDetail: String { "\(by) discarded this message: \(reason ?? "no reason given")" }
}
