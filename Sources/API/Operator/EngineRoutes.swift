import ControlPlane
import HTTPTypes
import Hummingbird
import ReadModels

/// How the engines do, and what becomes of messages that were set aside: `/api/v1/engine`.
struct EngineRoutes: Sendable {
    let engine: EngineOperations

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("engine") { _, _ in try JSONBody.respond(try await engine.status()) }
        group.post("engine/retry") { request, _ in
            let body = try JSONBody.decode(SettleMessage.self, from: try await JSONBody.bytes(of: request))
            return try JSONBody.respond(try await engine.retry(body, key: request.idempotencyKey))
        }
        group.post("engine/discard") { request, _ in
            let body = try JSONBody.decode(SettleMessage.self, from: try await JSONBody.bytes(of: request))
            return try JSONBody.respond(try await engine.discard(body, key: request.idempotencyKey))
        }
    }
}

extension Request {
    /// What makes a request the same request however often it is sent.
    var idempotencyKey: String? { HTTPField.Name("Idempotency-Key").flatMap { headers[$0] } }
}
