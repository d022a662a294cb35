import AgentProtocol
import HTTPTypes
import Hummingbird

/// A request with a method that its address does not take.
struct MethodNotAllowed: Error {
    /// As the header `Allow` has them.
    let allowed: String

    /// Refuses every other method of the addresses that the router has routes for; none is added to it afterwards.
    ///
    /// - Returns: the routes, such as `GET /api/v1/nodes`.
    static func refuse(othersIn router: Router<BasicRequestContext>) -> [String] {
        let routes = router.routes
        let addresses = Router(context: BasicRequestContext.self)
        for (path, routes) in Dictionary(grouping: routes, by: { "\($0.path)" }) {
            let refusal = Self(allowed: routes.map(\.method.rawValue).sorted().joined(separator: ", "))
            addresses.on(RouterPath(path), method: KnownAddress.method) { _, _ -> Response in throw refusal }
        }
        router.add(middleware: KnownAddress(addresses: addresses.buildResponder()))
        return routes.map { "\($0.method) \($0.path)" }
    }

    func problem(of request: Request) -> Problem {
        let detail = "\(request.method) \(request.uri.path) is not offered here; this address takes \(allowed)"
        return Problem(status: 405, code: "method-not-allowed", detail: detail)
    }
}

/// Answers what no route takes, for it comes after all of them: by the address alone, since there are methods without end.
private struct KnownAddress: RouterMiddleware {
    typealias Context = BasicRequestContext

    static let method = HTTPRequest.Method.get

    let addresses: RouterResponder<BasicRequestContext>

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var head = request.head
        head.method = Self.method
        // A known address throws; what answers is what the router has for others, and that is the first router's to say.
        _ = try await addresses.respond(to: Request(head: head, body: request.body), context: context)
        return try await next(request, context)
    }
}
