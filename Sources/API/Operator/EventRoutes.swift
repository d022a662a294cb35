import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import ReadModels

/// The log, page by page or as a stream: `/api/v1/events`.
struct EventRoutes: Sendable {
    private static let lastEventID = HTTPField.Name("Last-Event-ID")

    /// A cursor of the whole log has a number for each of 256 shards.
    private static let longestCursor = 8_000

    private static let auditStreams = "audit/"

    let waits: ReadWaits
    let streams: EventStreams
    let authenticator: Authenticator

    func add(to group: OperatorGroup) {
        group.get("events", on: .fleet) { request, context in
            let principal = context.principal
            if request.headers[.accept]?.contains(EventStreams.mediaType) ?? false {
                return try await stream(request, for: principal)
            }
            let named = try Query(request, "after", "stream", "all", "limit", "wait", "last").text("stream")
            if let named, named.hasPrefix(Self.auditStreams) { try principal.check(.readAudit) }
            return try EventPageBody.respond(try await page(request, for: principal))
        }
    }

    // MARK: - Steps

    private func stream(_ request: Request, for principal: Principal) async throws -> Response {
        let query = try Query(request, "after", "stream", "cycle", "all")
        let (stream, cycle) = (try query.text("stream"), try query.text("cycle"))
        let includesEngine = try query.flag("all")
        let subject: EventTail.Subject
        switch (stream, cycle) {
        case (nil, nil):
            let includesAudit = includesEngine && principal.has(.readAudit)
            subject = .all(includesEngine: includesEngine, includesAudit: includesAudit)
        case (let stream?, nil):
            if stream.hasPrefix(Self.auditStreams) { try principal.check(.readAudit) }
            subject = .stream(stream)
        case (nil, let cycle?): subject = .cycle(cycle)
        case (_?, _?):
            let detail = "stream and cycle exclude each other; give one of them"
            throw Problem(status: 400, code: "malformed-filter", detail: detail)
        }
        return try await streams.response(of: subject, after: try cursor(request, query), for: principal) {
            try await authenticator.isCurrent(principal, of: request)
        }
    }

    /// `last=N` asks for the newest N; `after` for what comes behind a page's cursor.
    private func page(_ request: Request, for principal: Principal) async throws -> EventPage {
        let query = try Query(request, "after", "stream", "all", "limit", "wait", "last")
        let (stream, after) = (try query.text("stream"), try cursor(request, query))
        let includesEngine = try query.flag("all")
        let includesAudit = includesEngine && principal.has(.readAudit)
        let limit = try query.number("limit", 1...1_000, or: 200)
        let wait = Duration.seconds(try query.number("wait", 0...30, or: 0))
        let questions = waits.questions
        if query.has("last") {
            guard after == nil else {
                let detail = "last and after exclude each other; give one of them"
                throw Problem(status: 400, code: "malformed-filter", detail: detail)
            }
            let count = try query.number("last", 1...1_000, or: 20)
            if let stream { return try await questions.latestEvents(of: stream, count) }
            return try await questions.latestEvents(
                count,
                includesEngine: includesEngine,
                includesAudit: includesAudit
            )
        }
        @Sendable
        func read(after cursor: String?, wait: Duration) async throws -> EventPage {
            if let stream {
                return try await questions.events(of: stream, after: cursor, limit: limit, wait: wait)
            }
            return try await questions.events(
                after: cursor,
                includesEngine: includesEngine,
                includesAudit: includesAudit,
                limit: limit,
                wait: wait
            )
        }
        let present = try await read(after: after, wait: .zero)
        guard present.events.isEmpty, wait > .zero else { return present }
        let page = try await waits.wait(for: principal) { try await read(after: present.cursor, wait: wait) }
        // Who lost the right to it meanwhile does not get it.
        guard try await authenticator.isCurrent(principal, of: request) else { throw Authenticator.unauthenticated }
        return page
    }

    /// The header is what browsers come back with; it is newer than their address.
    private func cursor(_ request: Request, _ query: Query) throws(Problem) -> String? {
        if let name = Self.lastEventID, let cursor = request.headers[name] { return cursor }
        return try query.text("after", atMost: Self.longestCursor)
    }
}
