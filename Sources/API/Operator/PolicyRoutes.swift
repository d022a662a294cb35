import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import ReadModels

/// The policy, what it means for the calendar, and what people reject: `/api/v1`.
struct PolicyRoutes: Sendable {
    /// JSON is longer than the canonical form that the service bounds.
    private static let maximumBytes = 2 * PolicyService.maximumBytes

    let services: ControlPlaneServices

    func add(to group: OperatorGroup) {
        group.get("policy", on: .none) { request, _ in
            _ = try Query(request)
            return try JSONBody.respond(try await services.policy.current())
        }
        group.post("policy", ApplyPolicy.self, atMost: Self.maximumBytes, .changePolicy, on: .fleet) {
            body,
            request,
            _ in
            try JSONBody.respond(try await services.policy.apply(body, key: request.idempotencyKey))
        }
        group.ask("policy/diff", DiffPolicy.self, atMost: Self.maximumBytes, on: .fleet) { body in
            try JSONBody.respond(try await services.policy.diff(body.policy))
        }
        group.ask("baselines/preview", PreviewBaseline.self, atMost: Self.maximumBytes, on: .none) { body in
            try JSONBody.respond(try await services.policy.preview(body))
        }
        group.post("policy/rejections", RejectPatch.self, .changePolicy, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await services.policy.reject(body, key: request.idempotencyKey))
        }
        group.post("policy/acceptances", AcceptPatch.self, .changePolicy, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await services.policy.accept(body, key: request.idempotencyKey))
        }
        group.get("windows", on: .none) { request, _ in
            let query = try Query(request, "name", "from", "count")
            let windows = try await services.calendar.windows(
                named: try query.text("name"),
                from: try query.time("from"),
                count: try query.number("count", 1...CalendarService.mostOpenings, or: 10)
            )
            return try JSONBody.respond(Listing(items: windows))
        }
        group.get("workflows/:name/rehearsal", on: .fleet) { request, context in
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
