import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// The API's tokens, the access keys and the audit: `/api/v1/tokens`, `/api/v1/access-keys`, `/api/v1/audit`.
struct AccessRoutes: Sendable {
    private static let standardEntries = 100

    let access: AccessService
    let audit: AuditService

    func add(to group: OperatorGroup) {
        group.get("tokens", .manageAccess, on: .fleet) { request, _ in
            _ = try Query(request)
            return try JSONBody.respond(Listing(items: try await access.list()))
        }
        group.post("tokens", CreateToken.self, .manageAccess, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await access.create(body, key: request.idempotencyKey), status: .created)
        }
        group.post("tokens/:id/revoke", RevokeToken.self, .manageAccess, on: .fleet) { body, request, context in
            let id = try context.decoded("id")
            return try JSONBody.respond(try await access.revoke(id, body, key: request.idempotencyKey))
        }
        group.get("access-keys", .manageAccess, on: .fleet) { request, _ in
            _ = try Query(request)
            return try JSONBody.respond(Listing(items: try await access.accessKeys()))
        }
        group.post("access-keys", CreateToken.self, .manageAccess, on: .fleet) { body, request, _ in
            let made = try await access.createAccessKey(body, key: request.idempotencyKey)
            return try JSONBody.respond(made, status: .created)
        }
        group.post("access-keys/:id/revoke", RevokeToken.self, .manageAccess, on: .fleet) { body, request, context in
            let id = try context.decoded("id")
            return try JSONBody.respond(try await access.revoke(id, body, key: request.idempotencyKey))
        }
        group.get("audit", .readAudit, on: .fleet) { request, _ in
            let query = try Query(request, "month", "last", "after", "limit")
            let (month, after) = (try query.text("month"), try query.text("after"))
            let limit = try query.number("limit", 1...AuditService.mostEntries, or: Self.standardEntries)
            if query.has("last") {
                _ = try AuditService.version(of: after)
                let count = try query.number("last", 1...AuditService.mostEntries, or: Self.standardEntries)
                return try JSONBody.respond(try await audit.latest(count, month: month))
            }
            return try JSONBody.respond(try await audit.page(month: month, after: after, limit: limit))
        }
    }
}
