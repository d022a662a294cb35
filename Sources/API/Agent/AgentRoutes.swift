import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// What agents speak: `/agent/v1`.
struct AgentRoutes: Sendable {
    /// Longest that a request for orders is held open, in seconds.
    private static let maximumWaitSeconds = 60

    let agents: AgentService

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.post("enrol") { request, _ in
            let body = try JSONBody.decode(EnrolmentRequest.self, from: try await JSONBody.bytes(of: request))
            return try JSONBody.respond(try await agents.enrol(body), status: .created)
        }
        group.get("orders") { request, _ in
            let seconds = request.uri.queryParameters["wait"].flatMap { Int($0) } ?? 0
            let wait = Duration.seconds(min(max(seconds, 0), Self.maximumWaitSeconds))
            guard let order = try await waiting(for: wait, signed(request, body: ByteBuffer())) else {
                return Response(status: .noContent)
            }
            return try JSONBody.respond(order)
        }
        group.post("reports") { request, _ in
            let buffer = try await JSONBody.bytes(of: request)
            let node = try await node(of: request, body: buffer)
            try await agents.accept(try JSONBody.decode(ReportBatch.self, from: buffer), from: node)
            return Response(status: .ok)
        }
        group.put("inventories/:digest") { request, context in
            // Before megabytes are taken in: whether anybody we know can have signed them.
            try await agents.checkHead(signed(request, body: ByteBuffer()))
            let buffer = try await JSONBody.bytes(of: request, atMost: Inventory.maximumBytes)
            let node = try await node(of: request, body: buffer)
            let digest = try context.parameters.require("digest")
            try await agents.store(inventory: Array(buffer.readableBytesView), digest: digest, from: node)
            return Response(status: .ok)
        }
    }

    // MARK: - Steps

    /// A drain ends the wait within seconds; no order is lost by it, since fetching changes nothing.
    ///
    /// A connection that breaks meanwhile is noticed when the wait is over. To watch for that would mean reading from it beside the
    /// answer, after which the server closes it: every poll would need a new one.
    private func waiting(for wait: Duration, _ request: SignedRequest) async throws -> OrderEnvelope? {
        try await withGracefulShutdownHandler {
            do {
                return try await agents.nextOrder(asking: request, wait: wait)
            } catch is CancellationError {
                return nil
            }
        } onGracefulShutdown: {
            agents.drain()
        }
    }

    private func node(of request: Request, body: ByteBuffer) async throws -> String {
        try await agents.authenticate(signed(request, body: body))
    }

    private func signed(_ request: Request, body: ByteBuffer) -> SignedRequest {
        SignedRequest(
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            node: header(RequestSignature.nodeHeader, of: request),
            time: header(RequestSignature.timeHeader, of: request),
            signature: header(RequestSignature.signatureHeader, of: request),
            body: Array(body.readableBytesView)
        )
    }

    private func header(_ name: String, of request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }
}
