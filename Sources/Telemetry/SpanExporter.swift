package import Logging
import Synchronization

/// Keeps ended spans and sends them in batches; what comes while too many wait, or cannot be sent, is dropped and counted.
package final class SpanExporter: Sendable {
    /// What became of spans since the process began.
    package struct Counts: Equatable, Sendable {
        package var sent = 0
        /// For too many waited.
        package var dropped = 0
        /// For the receiver did not take them.
        package var failed = 0

        package init(sent: Int = 0, dropped: Int = 0, failed: Int = 0) {
            (self.sent, self.dropped, self.failed) = (sent, dropped, failed)
        }
    }

    private struct State {
        var waiting: [FinishedSpan] = []
        var counts = Counts()
        var isFailing = false
    }

    /// Spans that wait at most; some 2 kB each.
    package static let capacity = 4_096
    private static let batch = 512
    private static let interval = Duration.seconds(1)

    private let resource: TraceResource
    private let send: @Sendable ([UInt8]) async throws -> Void
    private let state = Mutex(State())

    /// - Parameter send: sends the body of one request and throws when it is not taken.
    package init(resource: TraceResource, send: @escaping @Sendable ([UInt8]) async throws -> Void) {
        (self.resource, self.send) = (resource, send)
    }

    package var counts: Counts { state.withLock { $0.counts } }

    func add(_ span: FinishedSpan) {
        state.withLock { state in
            if state.waiting.count < Self.capacity {
                state.waiting.append(span)
            } else {
                state.counts.dropped += 1
            }
        }
    }

    /// Sends once a second until the task is cancelled; what waits then has one more try.
    package func run(logger: Logger) async {
        repeat {
            try? await Task.sleep(for: Self.interval)  // cancelled: the last round follows
            await Task { await self.sendAll(logger) }.value
        } while !Task.isCancelled
    }

    /// Sends what waits now.
    package func sendAll(_ logger: Logger) async {
        while true {
            let spans = state.withLock { state in
                let spans = Array(state.waiting.prefix(Self.batch))
                state.waiting.removeFirst(spans.count)
                return spans
            }
            guard !spans.isEmpty else { return }
            do {
                try await send(try TraceRequest(spans, of: resource).bytes)
                state.withLock { state in
                    state.counts.sent += spans.count
                    state.isFailing = false
                }
            } catch {
                let isNew = state.withLock { state in
                    state.counts.failed += spans.count
                    defer { state.isFailing = true }
                    return !state.isFailing
                }
                if isNew { logger.warning("traces cannot be sent and are dropped", metadata: ["error": "\(error)"]) }
                return
            }
        }
    }
}
