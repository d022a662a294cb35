import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// When windows open.
struct WindowRoutes: Sendable {
    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("windows") { request, context in
            try await desk.visit(request, context) { visit in
                let policy = try await desk.services.policy.current().policy ?? Policy()
                let windows = try await desk.services.calendar.windows(named: nil, from: nil, count: WindowsPage.count)
                return try desk.page(WindowsPage(windows, policy, site: visit["site"], for: visit), "windows")
            }
        }
    }
}
