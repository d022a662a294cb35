import AgentProtocol
import HTTPTypes
import Hummingbird

/// Lets a request pass that carries the operator token.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    let token: OperatorToken

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let scheme = "Bearer "
        guard let header = request.headers[.authorization], header.hasPrefix(scheme),
            token.matches(header.dropFirst(scheme.count))
        else {
            let detail =
                "this needs the operator token, which the server keeps in operator.token of its data folder; "
                + "name that file with --token-file"
            throw Problem(status: 401, code: "unauthenticated", detail: detail)
        }
        return try await next(request, context)
    }
}
