import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels
import ServiceLifecycle
import Time

/// Tells pages that something has happened, by server-sent events: nothing else is in them, and the page asks for itself anew.
struct LiveRoutes: Sendable {
    /// Commits of one look at the log.
    private static let commits = 500
    /// A sign of life, so that neither side takes the other for gone.
    private static let heartbeat = Duration.seconds(15)
    /// Between two signs that something has happened.
    private static let pause = Duration.seconds(1)

    let desk: Desk
    let streams: LiveStreams

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("live") { request, context in
            try await desk.visit(request, context) { visit in
                try streams.check()
                let cycle = visit["cycle"]
                let cursor = try await desk.services.questions.latestEvents(1).cursor
                return Response(
                    status: .ok,
                    headers: [.contentType: "text/event-stream"],
                    body: .init { writer in
                        try streams.begin()
                        defer { streams.end() }
                        try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
                        try await tell(&writer, of: cycle, from: cursor, to: request)
                        try await writer.finish(nil)
                    }
                )
            }
        }
    }

    // MARK: - Steps

    /// Until the reader goes, its session is over or the server drains.
    @concurrent
    private func tell(
        _ writer: inout any ResponseBodyWriter,
        of cycle: String?,
        from start: String,
        to request: Request
    ) async throws {
        var cursor = start
        while !Task.isCancelled, !Task.isShuttingDownGracefully, desk.session(of: request, at: desk.now()) != nil {
            let page = try await next(after: cursor)
            cursor = page.cursor
            if page.events.contains(where: { Self.concerns($0.stream, cycle) }) {
                try await writer.write(ByteBuffer(string: "event: changed\ndata: \(page.events.count)\n\n"))
                try await Task.sleep(for: Self.pause)
            } else if page.events.isEmpty {
                try await writer.write(ByteBuffer(string: ": still there\n\n"))
            }
        }
    }

    /// A drain ends the wait at once.
    private func next(after cursor: String) async throws -> EventPage {
        let questions = desk.services.questions
        return try await cancelWhenGracefulShutdown {
            try await questions.events(after: cursor, limit: Self.commits, wait: Self.heartbeat)
        }
    }

    /// Whether what happened in the stream can be seen on the page: of a cycle its own and its rollouts', otherwise anything.
    static func concerns(_ stream: String, _ cycle: String?) -> Bool {
        guard let cycle else { return true }
        let parts = stream.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return false }
        return RolloutName.cycle(of: String(parts[1])) == cycle
    }
}
