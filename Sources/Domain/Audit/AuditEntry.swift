/// A request that was let or not: who wanted what, from where.
package struct AuditEntry: Codable, Equatable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        /// A change that was let; what came of it is in the log of what it changed.
        case allowed
        /// Whoever sent it was not known, or not entitled.
        case denied
    }

    package var outcome: Outcome
    /// As ``Principal/id`` has it; nil where nobody proved to be anybody.
    package var principal: String?
    /// Under which name it acts; the local account may give any.
    package var actor: String?
    /// The address of the connection; nil where it is not known.
    package var source: String?
    /// Such as `POST /api/v1/cycles`, cut where it is long.
    package var request: String
    package var permission: Permission?
    /// The reason that the request gives, where it gives one.
    package var reason: String?
    /// The code of the problem that a denied request was answered with.
    package var code: String?
    /// Denied requests since the last entry of their process that were too many to be noted one by one.
    package var suppressed: Int?

    package init(
        outcome: Outcome,
        principal: String?,
        actor: String?,
        source: String?,
        request: String,
        permission: Permission?,
        reason: String? = nil,
        code: String? = nil,
        suppressed: Int? = nil
    ) {
        self.outcome = outcome
        self.principal = principal
        self.actor = actor
        self.source = source
        self.request = request
        self.permission = permission
        self.reason = reason
        self.code = code
        self.suppressed = suppressed
    }
}
