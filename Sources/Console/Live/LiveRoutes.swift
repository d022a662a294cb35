import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels
import ServiceLifecycle
import Time

/// Tells pages that something has happened, by server-sent events: nothing else is in them, and the page asks for itself anew.
struct LiveRoutes: Sendable {
    /// A sign of life, so that neither side takes the other for gone.
    private static let heartbeat = Duration.seconds(15)
    /// Between two signs that something has happened.
    private static let pause = Duration.seconds(1)

    let desk: Desk
    let streams: LiveStreams
    let logEnd: LogEnd

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("live") { request, context in
            try await desk.visit(request, context) { visit in
                let ticket = try streams.admit()
                let subject = visit["cycle"].map { EventTail.Subject.cycle($0) } ?? .all(includesEngine: false)
                let tail = try await EventTail(of: subject, after: nil, in: desk.services.questions, logEnd)
                return Response(
                    status: .ok,
                    headers: [.contentType: "text/event-stream"],
                    body: .init { writer in
                        try await tell(&writer, of: tail, to: request)
                        try await writer.finish(nil)
                        withExtendedLifetime(ticket) {}
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
        of start: EventTail,
        to request: Request
    ) async throws {
        var (tail, toldAt) = (start, ContinuousClock.now)
        try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
        while !Task.isCancelled, !Task.isShuttingDownGracefully, desk.session(of: request, at: desk.now()) != nil {
            if try await !tail.next().isEmpty {
                try await writer.write(ByteBuffer(string: "event: changed\ndata: \n\n"))
                toldAt = .now
                await Self.rest(Self.pause)
            } else if ContinuousClock.now - toldAt > Self.heartbeat {
                try await writer.write(ByteBuffer(string: ": still there\n\n"))
                toldAt = .now
            }
            await Self.rest(LogEnd.interval)
        }
    }

    /// A drain ends it at once.
    private static func rest(_ duration: Duration) async {
        await cancelWhenGracefulShutdown {
            // Cancelled: whoever rests looks whether to go on.
            try? await Task.sleep(for: duration)
        }
    }
}
