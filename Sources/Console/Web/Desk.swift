import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import Logging
import Time

/// What every page of the console works with: it lets people in, and turns what failed into a page.
struct Desk: Sendable {
    let services: ControlPlaneServices
    let templates: Templates
    let sessions: SessionStore
    let cookie: SessionCookie
    let access: ConsoleAccess
    /// The address that the request under way came from; nil where it is not known.
    let source: @Sendable () -> String?
    let now: @Sendable () -> Timestamp

    /// Answers somebody who has signed in; others are asked to.
    func visit(
        _ request: Request,
        _ context: BasicRequestContext,
        _ body: (Visit) async throws -> Response
    ) async throws -> Response {
        try await answering(request, context, nil) {
            let moment = now()
            guard let session = try await currentSession(of: request, at: moment) else { return signIn(request) }
            return try await answering(request, context, session) {
                try services.access.spend(by: session.actor.principal)
                return try await body(try Visit(request, session, at: moment))
            }
        }
    }

    /// Takes a form of somebody who has signed in, sent by a page of this session.
    func decide(
        _ request: Request,
        _ context: BasicRequestContext,
        _ body: (Visit, [String: String]) async throws -> Response
    ) async throws -> Response {
        try await answering(request, context, nil) {
            let moment = now()
            guard let session = try await currentSession(of: request, at: moment) else { return signIn(request) }
            let principal = session.actor.principal
            return try await answering(request, context, session) {
                try services.access.spend(by: principal)
                return try await notingDenials(of: request, by: principal, context.logger) {
                    try SameOrigin.check(request, isSecure: cookie.isSecure)
                    let values = try await FormValues.read(request)
                    try SameOrigin.check(values, of: session)
                    return try await body(try Visit(request, session, at: moment), values)
                }
            }
        }
    }

    func page(_ page: some Sendable, _ template: String, status: HTTPResponse.Status = .ok) throws -> Response {
        .page(try templates.render(page, template), status: status)
    }

    /// Errors become pages; what the caller may not see goes to the log.
    func answering(
        _ request: Request,
        _ context: BasicRequestContext,
        _ session: Session?,
        _ body: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let problem = problem(of: error, request, context.logger)
            return try failure(problem, request, session)
        }
    }

    func session(of request: Request, at moment: Timestamp) -> Session? {
        guard let id = cookie.value(of: request) else { return nil }
        return sessions.session(id, isPerson: !Self.isByScript(request), at: moment)
    }

    // MARK: - Steps

    /// nil also when what the person signed in with was taken out of use meanwhile; the session ends then.
    private func currentSession(of request: Request, at moment: Timestamp) async throws -> Session? {
        guard let session = session(of: request, at: moment) else { return nil }
        if try await access.isCurrent(session.actor.principal) { return session }
        if let id = cookie.value(of: request) { sessions.end(id) }
        return nil
    }

    private struct Failure: Sendable {
        var frame: Frame
        var status: Int
        var code: String
        var detail: String
    }

    private func failure(_ problem: Problem, _ request: Request, _ session: Session?) throws -> Response {
        let title = problem.status == 404 ? "Not found" : "That did not work"
        let frame = session.map { Frame(title, at: nil, of: $0, at: now()) } ?? Frame(title, at: now())
        let model = Failure(frame: frame, status: problem.status, code: problem.code, detail: problem.detail)
        var response = try page(model, "failure", status: .init(code: problem.status))
        if let seconds = problem.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    private func problem(of error: any Error, _ request: Request, _ logger: Logger) -> Problem {
        if let problem = error as? Problem { return problem }
        if let error = error as? HTTPError {
            let detail = error.body ?? "\(request.method) \(request.uri.path) is not offered here"
            return Problem(status: Int(error.status.code), code: "bad-request", detail: detail)
        }
        logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
        let detail = "the control plane failed on this page; its log has the reason; load the page again"
        return Problem(status: 500, code: "internal-error", detail: detail)
    }

    private func signIn(_ request: Request) -> Response {
        guard !Self.isByScript(request) else { return Response(status: .unauthorized) }
        let next = request.method == .get ? WebAddress.destination(request.uri.string) : WebAddress.root
        return .seeOther(WebAddress("login").with("next", next == WebAddress.root ? nil : next).text)
    }

    /// Whether the page's script asks, and no person.
    private static func isByScript(_ request: Request) -> Bool {
        HTTPField.Name("Ringmaster-Refresh").map { request.headers[$0] != nil } ?? false
            || request.headers[.accept] == "text/event-stream"
    }
}
