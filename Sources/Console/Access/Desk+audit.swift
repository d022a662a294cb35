import AgentProtocol
import ControlPlane
import Domain
import Hummingbird
import Logging

extension Desk {
    /// Lets a decision be made and has it noted before it is; or has noted that it was denied.
    ///
    /// - Throws: ``Problem`` 403 for somebody whose roles do not allow it, 503 where it cannot be noted.
    func allow(_ permission: Permission, _ visit: Visit, reason: String?, _ logger: Logger) async throws {
        try await demand(permission, visit, logger)
        let actor = visit.session.actor
        var entry = entry(.allowed, visit.request, actor.principal, permission)
        entry.actor = actor.name
        entry.reason = reason
        try await services.audit.noteAllowed(entry)
    }

    /// - Throws: ``Problem`` 403 for somebody whose roles do not have the permission, which is noted.
    func demand(_ permission: Permission, _ visit: Visit, _ logger: Logger) async throws {
        let actor = visit.session.actor
        guard !actor.principal.has(permission) else { return }
        await noteDenied(visit.request, actor.principal, permission, code: Self.notPermitted, logger)
        let roles = AccessRole.having(permission).map(\.rawValue).joined(separator: ", ")
        let detail = "\(actor.name) lacks the permission \(permission.rawValue), which these roles have: \(roles)"
        throw Problem(status: 403, code: Self.notPermitted, detail: detail)
    }

    /// Has noted what was denied for another cause than a missing permission: by the rules of a gate, or as a forgery.
    func notingDenials<Value>(
        of request: Request,
        by principal: Principal,
        _ logger: Logger,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let problem as Problem {
            let isDenial = problem.status == 403 || AuditService.deniedByRules.contains(problem.code)
            if isDenial, problem.code != Self.notPermitted {
                await noteDenied(request, principal, nil, code: problem.code, logger)
            }
            throw problem
        }
    }

    private static let notPermitted = "not-permitted"

    func noteDenied(
        _ request: Request,
        _ principal: Principal?,
        _ permission: Permission?,
        code: String,
        _ logger: Logger
    ) async {
        var entry = entry(.denied, request, principal, permission)
        entry.code = code
        await services.audit.noteDenied(entry, logger: logger)
    }

    private func entry(
        _ outcome: AuditEntry.Outcome,
        _ request: Request,
        _ principal: Principal?,
        _ permission: Permission?
    ) -> AuditEntry {
        AuditEntry(
            outcome: outcome,
            principal: principal?.id,
            actor: principal?.name,
            source: source(),
            request: "\(request.method) \(request.uri.path)",
            permission: permission
        )
    }
}
