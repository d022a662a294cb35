/// What a request wants to do; every route of the API asks for one.
package enum Permission: String, Codable, CaseIterable, Sendable {
    /// Nodes, cycles, plans, the policy, advisories, the log, and what programs printed on hosts.
    case read
    /// Who did what, from where, and who was not let.
    case readAudit = "read-audit"
    /// Start, pause, resume and abort cycles.
    case steer
    /// Run commands and documents on hosts.
    case run
    /// Approve a gate; the gate says of which role.
    case approve
    /// Make activations, approve and revoke nodes.
    case enrol
    /// Apply a policy, reject and accept patches, import advisories.
    case changePolicy = "change-policy"
    /// Settle messages that were set aside, free reboot slots, send notices again.
    case repair
    /// Make and revoke the API's tokens.
    case manageAccess = "manage-access"
}
