import AgentProtocol
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Turns every error into problem details; what the caller may not see goes to the log.
///
/// An address that no route can take is an error, too.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            if Self.isMalformed(request) {
                let detail = "the address contains a NUL character (%00); remove it"
                throw Problem(status: 400, code: "malformed-address", detail: detail)
            }
            return try await next(request, context)
        } catch {
            return try Self.response(to: request, failedWith: error, logger: context.logger)
        }
    }

    /// Whether the address has a NUL: no name that PostgreSQL holds has one.
    static func isMalformed(_ request: Request) -> Bool { request.uri.string.contains("%00") }

    /// - Throws: `CancellationError` when that is the error.
    static func response(to request: Request, failedWith error: any Error, logger: Logger) throws -> Response {
        switch error {
        case let problem as Problem: return try response(problem, to: request)
        case let error as MethodNotAllowed:
            var response = try Self.response(error.problem(of: request), to: request)
            response.headers[.allow] = error.allowed
            return response
        case let error as HTTPError:
            let code = error.status == .notFound ? "not-found" : "bad-request"
            let detail = error.body ?? "\(request.method) \(request.uri.path) is not offered here"
            return try response(Problem(status: Int(error.status.code), code: code, detail: detail), to: request)
        case is CancellationError: throw error
        default:
            logger.error("request failed", metadata: metadata(request, error))
            let detail = "the control plane failed on this request; its log has the reason; repeat the request"
            return try response(Problem(status: 500, code: "internal-error", detail: detail), to: request)
        }
    }

    /// With the node or cycle that the request concerns.
    private static func metadata(_ request: Request, _ error: any Error) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["error": "\(error)", "path": "\(request.uri.path)"]
        if let name = HTTPField.Name(RequestSignature.nodeHeader), let node = request.headers[name] {
            metadata["node"] = "\(node)"
        }
        let parts = request.uri.path.split(separator: "/")
        guard parts.count > 3, parts[..<2] == ["api", "v1"] else { return metadata }
        switch parts[2] {
        case "cycles": metadata["cycle"] = "\(parts[3])"
        case "nodes": metadata["node"] = "\(parts[3])"
        default: break
        }
        return metadata
    }

    private static func response(_ problem: Problem, to request: Request) throws -> Response {
        let body = try JSONEncoder().encode(problem)
        var headers: HTTPFields = [.contentType: Problem.contentType]
        if let seconds = problem.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        // What operators present has a name in HTTP; what agents prove themselves by has none.
        if problem.status == 401, request.uri.path.hasPrefix("/api/") { headers[.wwwAuthenticate] = "Bearer" }
        return Response(
            status: .init(code: problem.status),
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
