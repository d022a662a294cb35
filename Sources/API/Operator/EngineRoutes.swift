import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import ReadModels

/// How the engines do, and what becomes of messages that were set aside: `/api/v1/engine`.
struct EngineRoutes: Sendable {
    let engine: EngineOperations

    func add(to group: OperatorGroup) {
        group.get("engine", on: .fleet) { _, _ in try JSONBody.respond(try await engine.status()) }
        group.post("engine/retry", SettleMessage.self, .repair, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await engine.retry(body, key: request.idempotencyKey))
        }
        group.post("engine/discard", SettleMessage.self, .repair, on: .fleet) { body, request, _ in
            try JSONBody.respond(try await engine.discard(body, key: request.idempotencyKey))
        }
    }
}
