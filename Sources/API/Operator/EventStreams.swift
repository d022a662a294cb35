import AgentProtocol
package import Domain
import HTTPTypes
package import Hummingbird
import HummingbirdCore
import NIOCore
package import ReadModels
import ServiceLifecycle

/// The log as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// A message holds what one stream gained at once, and its id is the cursor behind that: who comes back with it has missed nothing and
/// gets nothing twice. Nothing is kept for a reader: the next commits are read when it has taken the last ones, and one that takes
/// nothing is closed by ``TransferGuard``.
package final class EventStreams: Sendable {
    package static let mediaType = "text/event-stream"

    private let questions: FleetQuestions
    private let room: WaitingRoom
    private let heartbeat: Duration
    private let recheck: Duration
    private let logEnd = LogEnd()

    /// - Parameters:
    ///   - mostStreams: that one process has open at a time.
    ///   - mostOfEach: of them, that one principal has.
    ///   - heartbeat: how long a stream may be silent; then a comment keeps it open, and finds out whether anybody reads.
    ///   - recheck: how often it is asked whether its reader may still read.
    package init(
        questions: FleetQuestions,
        mostStreams: Int = 64,
        mostOfEach: Int = 16,
        heartbeat: Duration = .seconds(15),
        recheck: Duration = .seconds(1)
    ) {
        self.questions = questions
        room = WaitingRoom("streams of events", code: "too-many-streams", most: mostStreams, mostOfEach: mostOfEach)
        self.heartbeat = heartbeat
        self.recheck = recheck
    }

    /// A stream that ends when its reader leaves or may read no more, or the server drains.
    ///
    /// - Parameters:
    ///   - after: the id of the last message; nil or `end` for what is to come.
    ///   - isCurrent: whether the principal still may read.
    /// - Throws: ``Problem`` as ``EventTail``, and 429 or 503 when there are too many streams.
    package func response(
        of subject: EventTail.Subject,
        after: String?,
        for principal: Principal,
        while isCurrent: @escaping @Sendable () async throws -> Bool
    ) async throws -> Response {
        let place = try room.admit(principal)
        let tail = try await EventTail(of: subject, after: after, in: questions, logEnd)
        return Response(
            status: .ok,
            headers: [.contentType: Self.mediaType, .cacheControl: "no-store"],
            body: ResponseBody { [self] writer in
                try await write(tail, to: &writer, while: isCurrent)
                try await writer.finish(nil)
                withExtendedLifetime(place) {}
            }
        )
    }

    // MARK: - Steps

    @concurrent
    private func write(
        _ start: EventTail,
        to writer: inout any ResponseBodyWriter,
        while isCurrent: @Sendable () async throws -> Bool
    ) async throws {
        var tail = start
        // The answer's head goes out with it, and the reader knows that it is connected.
        try await writer.write(ByteBuffer(string: "retry: 1000\n: open\n\n"))
        var (lastWritten, lastChecked) = (ContinuousClock.now, ContinuousClock.now)
        while !Task.isShuttingDownGracefully {
            if ContinuousClock.now - lastChecked >= recheck {
                guard try await isCurrent() else { return }
                lastChecked = .now
            }
            let gains = try await tail.next()
            for gain in gains { try await writer.write(try Self.message(gain)) }
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
