package import Time

/// How far a gate has come.
package struct GateProgress: Codable, Equatable, Sendable {
    package var openedAt: Timestamp
    /// Until then the stage soaks.
    package var soakUntil: Timestamp
    package var approvals: [Approval] = []
    /// A person's decision to let the stage pass although too many hosts failed, or none succeeded.
    package var waiver: CycleResumption?
    package var passedAt: Timestamp?
    /// In the order of the gate's checks; nil when it asks none.
    package var checks: [CheckProgress]?

    package init(openedAt: Timestamp, soakUntil: Timestamp, checks: [CheckProgress]? = nil) {
        self.openedAt = openedAt
        self.soakUntil = soakUntil
        self.checks = checks
    }
}

/// A person's recorded decision, bound to the plan as it was seen.
package struct Approval: Codable, Equatable, Sendable {
    package var by: String
    package var planDigest: String
    /// nil when the person gave none.
    package var reason: String?
    package var at: Timestamp

    package init(by: String, planDigest: String, reason: String? = nil, at: Timestamp) {
        self.by = by
        self.planDigest = planDigest
        self.reason = reason
        self.at = at
    }
}
