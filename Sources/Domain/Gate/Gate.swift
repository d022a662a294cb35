/// What must hold before the stage after it starts.
package struct Gate: Codable, Equatable, Sendable {
    /// How long to wait after the stage's end.
    package var soakSeconds: Int
    /// How many of the stage's hosts may have failed; nil when any number may.
    package var failedAtMost: Limit?
    package var approval: ApprovalRule?
    /// What must be found in the world; nil when nothing is asked.
    package var checks: [GateCheck]?

    /// Whose approvals are needed.
    package struct ApprovalRule: Codable, Equatable, Sendable {
        /// How many different people.
        package var by: Int
        /// The role that each of them must have; nil when any person may.
        package var role: String?

        package init(by: Int, role: String? = nil) {
            self.by = by
            self.role = role
        }
    }

    package init(
        soakSeconds: Int = 0,
        failedAtMost: Limit? = nil,
        approval: ApprovalRule? = nil,
        checks: [GateCheck]? = nil
    ) {
        self.soakSeconds = soakSeconds
        self.failedAtMost = failedAtMost
        self.approval = approval
        self.checks = checks
    }

    /// Whether more hosts failed than the gate lets pass, or none succeeded: nothing then speaks for going on.
    package func isExceeded(by counts: HostRunCounts) -> Bool {
        guard counts[.succeeded] > 0 else { return true }
        return switch failedAtMost {
        case nil: false
        case .count(let count): counts.failed > count
        case .percent(let percent): counts.failed * 100 > percent * counts.total
        }
    }
}
