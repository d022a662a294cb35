import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import ReadModels
import Time

/// The policy, what it means for the calendar, and what people reject: `/api/v1`.
struct PolicyRoutes: Sendable {
    /// JSON is longer than the canonical form that the service bounds.
    private static let maximumBytes = 2 * PolicyService.maximumBytes

    let services: ControlPlaneServices

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("policy") { _, _ in try JSONBody.respond(try await services.policy.current()) }
        group.post("policy") { request, _ in
            let body = try await body(ApplyPolicy.self, of: request)
            return try JSONBody.respond(try await services.policy.apply(body, key: request.idempotencyKey))
        }
        group.post("policy/diff") { request, _ in
            try JSONBody.respond(try await services.policy.diff(try await body(DiffPolicy.self, of: request).policy))
        }
        group.post("baselines/preview") { request, _ in
            let body = try await body(PreviewBaseline.self, of: request)
            return try JSONBody.respond(try await services.policy.preview(body))
        }
        group.post("policy/rejections") { request, _ in
            let body = try await body(RejectPatch.self, of: request)
            return try JSONBody.respond(try await services.policy.reject(body, key: request.idempotencyKey))
        }
        group.post("policy/acceptances") { request, _ in
            let body = try await body(AcceptPatch.self, of: request)
            return try JSONBody.respond(try await services.policy.accept(body, key: request.idempotencyKey))
        }
        group.get("windows") { request, _ in
            let windows = try await services.calendar.windows(
                named: request.uri.queryParameters["name"].map(String.init),
                from: try QueryTime.read("from", of: request),
                count: request.uri.queryParameters["count"].flatMap { Int($0) } ?? 10
            )
            return try JSONBody.respond(Listing(items: windows))
        }
        group.get("workflows/:name/rehearsal") { request, context in
            let minutes = request.uri.queryParameters["host-minutes"].flatMap { Int($0) }
            return try JSONBody.respond(
                try await services.calendar.rehearse(
                    try context.parameters.require("name"),
                    from: try QueryTime.read("from", of: request),
                    hostMinutes: minutes ?? 30
                )
            )
        }
    }

    private func body<Body: Decodable>(_ type: Body.Type, of request: Request) async throws -> Body {
        try JSONBody.decode(type, from: try await JSONBody.bytes(of: request, atMost: Self.maximumBytes))
    }
}
