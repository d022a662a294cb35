import ControlPlane
import Hummingbird
import ReadModels

/// The policy, to read.
struct PolicyRoutes: Sendable {
    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("policy") { request, context in
            try await desk.visit(request, context) { visit in
                let policy = desk.services.policy
                let page = PolicyPage(
                    try await policy.current(),
                    changes: try await policy.changes(last: PolicyPage.mostChanges),
                    for: visit
                )
                return try desk.page(page, "policy")
            }
        }
    }
}
