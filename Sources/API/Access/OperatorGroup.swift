import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import ReadModels

/// The routes of operators: none is added without the permission that it wants and the hosts that it concerns.
struct OperatorGroup {
    typealias Handler = @Sendable (Request, OperatorContext) async throws -> Response
    /// Which hosts a request concerns; asked of limited principals alone.
    typealias Reach = @Sendable (Request, OperatorContext) async throws -> AccessReach

    let routes: RouterGroup<OperatorContext>
    let audit: AuditService
    let waits: ReadWaits

    /// A question, which changes nothing.
    func get(
        _ path: RouterPath,
        _ permission: Permission = .read,
        on reach: @escaping Reach,
        use handler: @escaping Handler
    ) {
        get(path, permission, atLeast: .none, on: reach, use: handler)
    }

    func get(
        _ path: RouterPath,
        _ permission: Permission = .read,
        on reach: AccessReach,
        use handler: @escaping Handler
    ) {
        get(path, permission, atLeast: reach, on: { _, _ in reach }, use: handler)
    }

    /// A question with a body, which changes nothing.
    func ask<Body: Decodable & Sendable>(
        _ path: RouterPath,
        _ type: Body.Type,
        atMost limit: Int,
        on reach: AccessReach,
        use answer: @escaping @Sendable (Body) async throws -> Response
    ) {
        routes.post(path) { request, context in
            try await Self.check(.read, context) { reach }
            return try await answer(JSONBody.read(type, of: request, atMost: limit))
        }
    }

    /// A change: it is noted before it is made, with the one who makes it in its body.
    func post<Body: Decision>(
        _ path: RouterPath,
        _ type: Body.Type,
        atMost limit: Int = JSONBody.maximumBytes,
        _ permission: Permission,
        on reach: @escaping @Sendable (Body, OperatorContext) async throws -> AccessReach,
        use handler: @escaping @Sendable (Body, Request, OperatorContext) async throws -> Response
    ) {
        routes.post(path) { [audit] request, context in
            try context.principal.check(permission)
            var decoded = try await JSONBody.read(type, of: request, atMost: limit)
            decoded.by = try PersonName.check(context.principal.actor(claiming: decoded.by))
            let body = decoded
            try Self.checkStorable(body.statedReason)
            try await Self.check(permission, context) { try await reach(body, context) }
            try await audit.noteAllowed(request, context, permission, actor: body.by, reason: body.statedReason)
            return try await handler(body, request, context)
        }
    }

    func post<Body: Decision>(
        _ path: RouterPath,
        _ type: Body.Type,
        atMost limit: Int = JSONBody.maximumBytes,
        _ permission: Permission,
        on reach: AccessReach,
        use handler: @escaping @Sendable (Body, Request, OperatorContext) async throws -> Response
    ) {
        post(path, type, atMost: limit, permission, on: { _, _ in reach }, use: handler)
    }

    /// A change of the whole fleet's whose body is a file; who makes it may stand in the query as `by`.
    func upload(
        _ path: RouterPath,
        _ permission: Permission,
        use handler: @escaping @Sendable (_ request: Request, _ actor: String) async throws -> Response
    ) {
        routes.post(path) { [audit] request, context in
            try await Self.check(permission, context) { .fleet }
            let claimed = request.uri.queryParameters["by"].map(String.init)
            let actor = try PersonName.check(context.principal.actor(claiming: claimed))
            try await audit.noteAllowed(request, context, permission, actor: actor, reason: nil)
            return try await handler(request, actor)
        }
    }

    // MARK: - Steps

    /// - Parameter known: what is concerned before anything is looked up; whoever may not ask does not wait either.
    private func get(
        _ path: RouterPath,
        _ permission: Permission,
        atLeast known: AccessReach,
        on reach: @escaping Reach,
        use handler: @escaping Handler
    ) {
        routes.get(path) { [waits] request, context in
            try await Self.check(permission, context) { known }
            try await waits.holdPlace(of: request, for: context.principal)
            try await Self.check(permission, context) { try await reach(request, context) }
            return try await handler(request, context)
        }
    }

    /// - Throws: ``Problem`` 400 for a text with a NUL, which PostgreSQL does not hold.
    private static func checkStorable(_ reason: String?) throws(Problem) {
        guard reason?.utf8.contains(0) == true else { return }
        let detail = "the reason has a NUL character (\\u0000), which is not stored; remove it"
        throw Problem(status: 400, code: "invalid-text", detail: detail)
    }

    private static func check(
        _ permission: Permission,
        _ context: OperatorContext,
        _ reach: () async throws -> AccessReach
    ) async throws {
        try context.principal.check(permission)
        guard !context.principal.scope.isUnlimited else { return }
        try context.principal.check(try await reach())
    }
}

extension AuditService {
    fileprivate func noteAllowed(
        _ request: Request,
        _ context: OperatorContext,
        _ permission: Permission,
        actor: String?,
        reason: String?
    ) async throws {
        var entry = AuditEntry(.allowed, request, context.principal, permission)
        entry.actor = actor
        entry.reason = reason.flatMap { $0.isEmpty ? nil : $0 }
        try await noteAllowed(entry)
    }
}
