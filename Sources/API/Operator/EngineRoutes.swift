import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import ReadModels

/// How the engines do, and what becomes of messages that were set aside: `/api/v1/engine`.
struct EngineRoutes: Sendable {
    let engine: EngineOperations

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("engine") { request, _ in
            _ = try Query(request)
            return try JSONBody.respond(try await engine.status())
        }
        group.post("engine/retry") { request, _ in
            let body = try await JSONBody.read(SettleMessage.self, of: request)
            return try JSONBody.respond(try await engine.retry(body, key: request.idempotencyKey))
        }
        group.post("engine/discard") { request, _ in
            let body = try await JSONBody.read(SettleMessage.self, of: request)
            return try JSONBody.respond(try await engine.discard(body, key: request.idempotencyKey))
        }
    }
}

extension Request {
    private static let longestKey = 200

    /// What makes a request the same request however often it is sent.
    var idempotencyKey: String? {
        get throws(Problem) {
            guard let key = HTTPField.Name("Idempotency-Key").flatMap({ headers[$0] }) else { return nil }
            guard (1...Self.longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
            else {
                let detail = "an Idempotency-Key has 1 to \(Self.longestKey) printable ASCII characters without spaces"
                throw Problem(status: 400, code: "invalid-text", detail: detail)
            }
            return key
        }
    }
}
