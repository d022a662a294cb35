package import Time

/// How far a gate has come.
package struct GateProgress: Codable, Equatable, Sendable {
    package var openedAt: Timestamp
    /// Until then the stage soaks.
    package var soakUntil: Timestamp
    package var approvals: [Approval] = []
    /// The person who let the stage pass although more hosts failed than the gate allows.
    package var waivedBy: String?
    package var passedAt: Timestamp?

    package init(openedAt: Timestamp, soakUntil: Timestamp) {
        self.openedAt = openedAt
        self.soakUntil = soakUntil
    }
}

/// A person's recorded decision, bound to the plan as it was seen.
package struct Approval: Codable, Equatable, Sendable {
    package var by: String
    package var planDigest: String
    package var at: Timestamp

    package init(by: String, planDigest: String, at: Timestamp) {
        self.by = by
        self.planDigest = planDigest
        self.at = at
    }
}
