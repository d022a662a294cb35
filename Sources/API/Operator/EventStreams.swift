import AgentProtocol
import HTTPTypes
package import Hummingbird
import HummingbirdCore
import NIOCore
package import ReadModels
import ServiceLifecycle
import Synchronization

/// The log as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// A message holds what one stream gained at once, and its id is the cursor behind that: who comes back with it has missed nothing and
/// gets nothing twice. Nothing is kept for a reader: the next commits are read when it has taken the last ones, and one that takes
/// nothing is closed by ``SlowReaderHandler``.
package final class EventStreams: Sendable {
    package static let mediaType = "text/event-stream"

    private let questions: FleetQuestions
    private let mostStreams: Int
    private let heartbeat: Duration
    private let logEnd = LogEnd()
    private let openStreams = Mutex(0)

    /// - Parameters:
    ///   - mostStreams: that one process has open at a time.
    ///   - heartbeat: how long a stream may be silent; then a comment keeps it open, and finds out whether anybody reads.
    package init(questions: FleetQuestions, mostStreams: Int = 64, heartbeat: Duration = .seconds(15)) {
        self.questions = questions
        self.mostStreams = mostStreams
        self.heartbeat = heartbeat
    }

    /// A stream that ends when its reader leaves or the server drains.
    ///
    /// - Parameter after: the id of the last message; nil or `end` for what is to come.
    /// - Throws: ``Problem`` as ``EventTail``, and 503 when there are too many streams.
    package func response(of subject: EventTail.Subject, after: String?) async throws -> Response {
        let ticket = try admit()
        let tail = try await EventTail(of: subject, after: after, in: questions, logEnd)
        return Response(
            status: .ok,
            headers: [.contentType: Self.mediaType, .cacheControl: "no-store"],
            body: ResponseBody { [heartbeat] writer in
                try await Self.write(tail, to: &writer, heartbeat: heartbeat)
                try await writer.finish(nil)
                withExtendedLifetime(ticket) {}
            }
        )
    }

    // MARK: - Steps

    /// A place among the streams, given back when nothing holds it any more, be its response written or not.
    private final class Ticket: Sendable {
        private let streams: EventStreams

        init(of streams: EventStreams) { self.streams = streams }

        deinit { streams.openStreams.withLock { $0 -= 1 } }
    }

    private func admit() throws(Problem) -> Ticket {
        let isFree = openStreams.withLock { count in
            guard count < mostStreams else { return false }
            count += 1
            return true
        }
        guard isFree else {
            let detail = "\(mostStreams) streams of events are open, which is all that this process has; come again"
            throw Problem(status: 503, code: "too-many-streams", detail: detail, retryAfterSeconds: 15)
        }
        return Ticket(of: self)
    }

    @concurrent
    private static func write(
        _ start: EventTail,
        to writer: inout any ResponseBodyWriter,
        heartbeat: Duration
    ) async throws {
        var tail = start
        // The answer's head goes out with it, and the reader knows that it is connected.
        try await writer.write(ByteBuffer(string: "retry: 1000\n: open\n\n"))
        var lastWritten = ContinuousClock.now
        while !Task.isShuttingDownGracefully {
            let gains = try await tail.next()
            for gain in gains { try await writer.write(try message(gain)) }
            if !gains.isEmpty {
                lastWritten = .now
            } else if ContinuousClock.now - lastWritten >= heartbeat {
                try await writer.write(ByteBuffer(string: ": \n\n"))
                lastWritten = .now
            } else {
                try await Task.sleep(for: LogEnd.interval)
            }
        }
    }

    private static func message(_ gain: EventTail.Gain) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "id: \(gain.cursor)\ndata: ")
        buffer.writeBytes(try JSONBody.encoded(gain.events))
        buffer.writeString("\n\n")
        return buffer
    }
}
