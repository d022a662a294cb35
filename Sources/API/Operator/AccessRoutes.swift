import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// The API's tokens and the audit: `/api/v1/tokens`, `/api/v1/audit`.
struct AccessRoutes: Sendable {
    private static let standardEntries = 100

    let access: AccessService
    let audit: AuditService

    func add(to group: OperatorGroup) {
        group.get("tokens", .manageAccess, on: .fleet) { _, _ in
            try JSONBody.respond(Listing(items: try await access.list()))
        }
        group.post("tokens", CreateToken.self, .manageAccess, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await access.create(body, key: request.idempotencyKey), status: .created)
        }
        group.post("tokens/:id/revoke", RevokeToken.self, .manageAccess, on: .fleet) { body, request, context in
            let id = try context.parameters.require("id")
            return try JSONBody.respond(try await access.revoke(id, body, key: request.idempotencyKey))
        }
        group.get("audit", .readAudit, on: .fleet) { request, _ in
            let query = request.uri.queryParameters
            let month = query["month"].map(String.init)
            if let last = query["last"] {
                let count = min(max(1, Int(last) ?? Self.standardEntries), 1_000)
                return try JSONBody.respond(try await audit.latest(count, month: month))
            }
            let limit = query["limit"].flatMap { Int($0) } ?? Self.standardEntries
            return try JSONBody.respond(
                try await audit.page(month: month, after: query["after"].map(String.init), limit: limit)
            )
        }
    }
}
