import ControlPlane
import Domain
import Hummingbird

/// Which findings are open for too long, and which will be: `/api/v1/sla`.
struct SLARoutes: Sendable {
    let sla: SLAService

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("sla") { request, _ in
            let query = try Query(request, "state", "limit")
            let state = try query.value("state", SLAClock.State.self)
            let limit = try query.number("limit", 1...SLAService.mostItems, or: 500)
            return try JSONBody.respond(try await sla.findings(in: state, limit: limit))
        }
    }
}
