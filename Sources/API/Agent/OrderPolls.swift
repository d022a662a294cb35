import AgentProtocol
package import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore

/// Long polls for orders: the one request of which very many wait at the same time.
package struct OrderPolls: Sendable {
    /// The order, if one came.
    typealias Outcome = Result<OrderEnvelope?, any Error>

    private static let path = "/agent/v1/orders"
    /// Longest that a request for orders is held open, in seconds.
    private static let maximumWaitSeconds = 60

    private let agents: AgentService

    package init(agents: AgentService) { self.agents = agents }

    /// Those at the address of a poll as agents write it.
    var held: HeldRequests {
        HeldRequests(takes: { $0.method == .get && $0.uri.path == Self.path }) { request in
            let outcome = await self.outcome(of: request)
            return { _ in try self.response(to: outcome) }
        }
    }

    /// Waits until the node that signed the request has an order or the time is up.
    ///
    /// A connection that breaks meanwhile is noticed when the wait is over. To watch for that would mean reading from it beside the
    /// answer, after which the server closes it: every poll would need a new one.
    func outcome(of request: Request) async -> Outcome {
        let seconds = request.uri.queryParameters["wait"].flatMap { Int($0) } ?? 0
        let wait = Duration.seconds(min(max(seconds, 0), Self.maximumWaitSeconds))
        do {
            return .success(try await agents.nextOrder(asking: SignedRequest(request, body: ByteBuffer()), wait: wait))
        } catch is CancellationError {
            // No order is lost by it, since fetching changes nothing.
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    /// 200 with the order, or 204 when none came in time.
    ///
    /// - Throws: ``Problem``, and what else the control plane failed with.
    func response(to outcome: Outcome) throws -> Response {
        guard let order = try outcome.get() else { return Response(status: .noContent) }
        return try JSONBody.respond(order)
    }
}

extension SignedRequest {
    init(_ request: Request, body: ByteBuffer) {
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        self.init(
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            node: header(RequestSignature.nodeHeader),
            time: header(RequestSignature.timeHeader),
            signature: header(RequestSignature.signatureHeader),
            headers: request.headers.contains(.authorization) ? Self.headers(of: request) : [],
            body: Array(body.readableBytesView)
        )
    }

    /// With the host, which is no header in HTTP/2.
    private static func headers(of request: Request) -> [(name: String, value: String)] {
        request.headers.map { ($0.name.rawName, $0.value) } + [("host", request.head.authority ?? "")]
    }
}
