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
            // No name that PostgreSQL holds has one.
            if request.uri.string.contains("%00") {
                let detail = "the address contains a NUL character (%00); remove it"
                throw Problem(status: 400, code: "malformed-address", detail: detail)
            }
            return try await next(request, context)
        } catch let problem as Problem {
            return try response(problem)
        } catch let error as HTTPError {
            let code = error.status == .notFound ? "not-found" : "bad-request"
            let detail = error.body ?? "\(request.method) \(request.uri.path) is not offered here"
            return try response(Problem(status: Int(error.status.code), code: code, detail: detail))
        } catch let error as CancellationError {
            throw error
        } catch {
            context.logger.error("request failed", metadata: metadata(request, error))
            let detail = "the control plane failed on this request; its log has the reason; repeat the request"
            return try response(Problem(status: 500, code: "internal-error", detail: detail))
        }
    }

    /// With the node or cycle that the request concerns.
    private func metadata(_ request: Request, _ error: any Error) -> Logger.Metadata {
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

    private func response(_ problem: Problem) throws -> Response {
        let body = try JSONEncoder().encode(problem)
        return Response(
            status: .init(code: problem.status),
            headers: [.contentType: Problem.contentType],
            body: .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
