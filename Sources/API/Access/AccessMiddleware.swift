import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird

/// Finds out who sends a request, and has what was denied noted.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = OperatorContext

    let authenticator: Authenticator
    let access: AccessService
    let audit: AuditService

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        do {
            context.principal = try await authenticator.principal(of: request)
            try access.spend(by: context.principal)
            return try await next(request, context)
        } catch let refusal as AccessRefusal {
            await note(request, context, refusal.code, refusal.permission)
            throw Problem(status: 403, code: refusal.code, detail: refusal.detail)
        } catch let problem as Problem {
            guard problem.status == 401 || AuditService.deniedByRules.contains(problem.code) else { throw problem }
            await note(request, context, problem.code, nil)
            throw problem
        }
    }

    private func note(_ request: Request, _ context: Context, _ code: String, _ permission: Permission?) async {
        var entry = AuditEntry(.denied, request, context.principal, permission)
        entry.code = code
        await audit.noteDenied(entry, logger: context.logger)
    }
}

extension AccessRefusal {
    fileprivate var permission: Permission? {
        switch self {
        case .notPermitted(_, let permission): permission
        case .outOfScope, .notTheirName: nil
        }
    }
}

extension AuditEntry {
    /// The entry of a request; its actor is the principal.
    init(_ outcome: Outcome, _ request: Request, _ principal: Principal, _ permission: Permission?) {
        let isKnown = principal != .nobody
        self.init(
            outcome: outcome,
            principal: isKnown ? principal.id : nil,
            actor: isKnown ? principal.name : nil,
            source: RequestSource.address,
            request: "\(request.method) \(request.uri.path)",
            permission: permission
        )
    }
}
