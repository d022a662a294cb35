import AgentProtocol
import HTTPTypes
import Hummingbird

/// A request with a method that its address does not take.
struct MethodNotAllowed: Error {
    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]

    /// As the header `Allow` has them.
    let allowed: String

    /// Refuses every other method of the addresses that the router has routes for.
    ///
    /// - Returns: the routes before, such as `GET /api/v1/nodes`.
    static func refuse(othersIn router: Router<BasicRequestContext>) -> [String] {
        let routes = router.routes
        for (path, routes) in Dictionary(grouping: routes, by: { "\($0.path)" }) {
            let taken = routes.map(\.method)
            let refusal = Self(allowed: taken.map(\.rawValue).sorted().joined(separator: ", "))
            for method in methods where !taken.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in throw refusal }
            }
        }
        return routes.map { "\($0.method) \($0.path)" }
    }

    func problem(of request: Request) -> Problem {
        let detail = "\(request.method) \(request.uri.path) is not offered here; this address takes \(allowed)"
        return Problem(status: 405, code: "method-not-allowed", detail: detail)
    }
}
