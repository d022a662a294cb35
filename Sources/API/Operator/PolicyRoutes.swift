import ControlPlane
import HTTPTypes
import Hummingbird
import ReadModels

/// The policy, what it means for the calendar, and what people reject: `/api/v1`.
struct PolicyRoutes: Sendable {
    /// JSON is longer than the canonical form that the service bounds.
    private static let maximumBytes = 2 * PolicyService.maximumBytes

    let services: ControlPlaneServices

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("policy") { request, _ in
            _ = try Query(request)
            return try JSONBody.respond(try await services.policy.current())
        }
        group.post("policy") { request, _ in
            let body = try await JSONBody.read(ApplyPolicy.self, of: request, atMost: Self.maximumBytes)
            return try JSONBody.respond(try await services.policy.apply(body, key: request.idempotencyKey))
        }
        group.post("policy/diff") { request, _ in
            let body = try await JSONBody.read(DiffPolicy.self, of: request, atMost: Self.maximumBytes)
            return try JSONBody.respond(try await services.policy.diff(body.policy))
        }
        group.post("baselines/preview") { request, _ in
            let body = try await JSONBody.read(PreviewBaseline.self, of: request, atMost: Self.maximumBytes)
            return try JSONBody.respond(try await services.policy.preview(body))
        }
        group.post("policy/rejections") { request, _ in
            let body = try await JSONBody.read(RejectPatch.self, of: request)
            return try JSONBody.respond(try await services.policy.reject(body, key: request.idempotencyKey))
        }
        group.post("policy/acceptances") { request, _ in
            let body = try await JSONBody.read(AcceptPatch.self, of: request)
            return try JSONBody.respond(try await services.policy.accept(body, key: request.idempotencyKey))
        }
        group.get("windows") { request, _ in
            let query = try Query(request, "name", "from", "count")
            let windows = try await services.calendar.windows(
                named: try query.text("name"),
                from: try query.time("from"),
                count: try query.number("count", 1...CalendarService.mostOpenings, or: 10)
            )
            return try JSONBody.respond(Listing(items: windows))
        }
        group.get("workflows/:name/rehearsal") { request, context in
            let query = try Query(request, "from", "host-minutes")
            return try JSONBody.respond(
                try await services.calendar.rehearse(
                    try context.decoded("name"),
                    from: try query.time("from"),
                    hostMinutes: try query.number("host-minutes", CalendarService.hostMinutes, or: 30)
                )
            )
        }
    }
}
