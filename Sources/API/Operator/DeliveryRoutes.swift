import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// What others were told, and what of it was given up: `/api/v1/deliveries`.
struct DeliveryRoutes: Sendable {
    let deliveries: DeliveryService

    func add(to group: OperatorGroup) {
        group.get("deliveries", on: .fleet) { request, _ in
            let query = try Query(request, "state", "destination", "after", "limit")
            let (after, limit) = try query.page(atMost: DeliveryService.mostAtOnce)
            let page = try await deliveries.list(
                in: try query.value("state", DeliveryView.State.self),
                to: try query.text("destination"),
                after: after,
                limit: limit
            )
            return try JSONBody.respond(page)
        }
        group.post("deliveries/resend", ResendDelivery.self, .repair, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await deliveries.resend(body, key: request.idempotencyKey))
        }
    }
}
