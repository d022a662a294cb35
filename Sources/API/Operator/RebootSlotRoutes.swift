import ControlPlane
import Hummingbird
import ReadModels

/// Who holds and who waits for reboot slots: `/api/v1/reboot-slots`.
struct RebootSlotRoutes: Sendable {
    let slots: RebootSlotService

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("reboot-slots") { request, _ in
            _ = try Query(request)
            return try JSONBody.respond(Listing(items: try await slots.groups()))
        }
        group.get("reboot-slots/:group") { request, context in
            _ = try Query(request)
            return try JSONBody.respond(try await slots.view(try context.decoded("group")))
        }
        group.post("reboot-slots/:group/release") { request, context in
            let body = try await JSONBody.read(ReleaseRebootSlot.self, of: request)
            let group = try context.decoded("group")
            return try JSONBody.respond(try await slots.free(group, body, key: request.idempotencyKey))
        }
    }
}
