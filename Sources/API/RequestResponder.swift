import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Time

/// Answers the requests of all connections.
///
/// A connection is a task, and a task keeps what its stack has taken at any time. So the polls of those who wait go no detour, every
/// other request is answered by a task of its own, and what is not needed while waiting is kept from being inlined. A class, so that
/// a waiting call holds a reference and not a copy of its parts.
final class RequestResponder: Sendable {
    private static let serverName = "ringmaster"

    private let router: any HTTPResponder<BasicRequestContext>
    private let held: [HeldRequests]
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    init(_ routes: ServerRoutes, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        router = routes.router.buildResponder()
        held = routes.held
        self.now = now
        self.logger = logger
    }

    @concurrent
    func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        if let holder = held.first(where: { $0.takes(request) }) {
            try await answer(request, await holder.answer(to: request), writer)
        } else {
            try await route(request, writer, channel)
        }
    }

    // MARK: - Steps

    /// Apart from the wait: an answer takes more of the stack than waiting does.
    @concurrent
    @inline(never)
    private func answer(
        _ request: Request,
        _ answer: HeldRequests.Answer,
        _ writer: consuming ResponseWriter
    ) async throws {
        let response = response(to: request) { try answer(requestLogger) }
        try await writer.write(response: response.head, body: response.body)
    }

    @concurrent
    @inline(never)
    private func route(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let outcome = await routedApart(request, channel)
        let response = response(to: request) { try outcome.get() }
        try await writer.write(response: response.head, body: response.body)
    }

    @inline(never)
    private func routedApart(_ request: Request, _ channel: any Channel) async -> Result<Response, any Error> {
        async let outcome = routed(request, channel)
        return await outcome
    }

    private func routed(_ request: Request, _ channel: any Channel) async -> Result<Response, any Error> {
        let source = ApplicationRequestContextSource(channel: channel, logger: requestLogger())
        do {
            let response = try await RequestSource.$address.withValue(channel.remoteAddress?.ipAddress) {
                try await router.respond(to: request, context: BasicRequestContext(source: source))
            }
            return .success(response)
        } catch {
            return .failure(error)
        }
    }

    private func response(to request: Request, _ make: () throws -> Response) -> Response {
        var response: Response
        do {
            response = try make()
        } catch {
            response = failure(error, of: request)
        }
        response.headers[.date] = HTTPDate(now()).description
        response.headers[.server] = Self.serverName
        return response
    }

    private func failure(_ error: any Error, of request: Request) -> Response {
        do {
            return try ProblemMiddleware.response(to: request, failedWith: error, logger: requestLogger())
        } catch {
            // Cancelled: nobody waits for the answer.
            return Response(status: .internalServerError)
        }
    }

    private func requestLogger() -> Logger {
        var logger = logger
        logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
        return logger
    }
}
