import DurableStreams
import Synchronization

/// Where the log ends, asked for once in a while however many want to know.
package final class LogEnd: Sendable {
    private struct Known {
        var askedAt: ContinuousClock.Instant
        var cursor: LogCursor
    }

    /// How old an answer may be, and so how often it is worth while to ask.
    package static let interval = Duration.milliseconds(250)

    private let known = Mutex<Known?>(nil)

    package init() {}

    /// The end at most one interval ago, or one that another asks for meanwhile.
    func current(of reader: StreamReader) async throws -> LogCursor {
        let now = ContinuousClock.now
        let recent = known.withLock { known -> LogCursor? in
            guard let present = known else { return nil }
            guard now - present.askedAt >= Self.interval else { return present.cursor }
            // Who comes while this one asks takes what there is.
            known?.askedAt = now
            return nil
        }
        if let recent { return recent }
        let cursor = try await reader.end()
        known.withLock { $0 = Known(askedAt: now, cursor: cursor) }
        return cursor
    }

    /// Waits until the log's end is one that is waited for; less when the task is cancelled.
    ///
    /// - Returns: whether it is.
    @discardableResult
    func wait(
        until end: ContinuousClock.Instant,
        of reader: StreamReader,
        _ isWanted: (LogCursor) -> Bool
    ) async throws -> Bool {
        while true {
            // After the time, for an end that may be an interval old.
            let isOver = ContinuousClock.now >= end || Task.isCancelled
            if isWanted(try await current(of: reader)) { return true }
            guard !isOver else { return false }
            // Cancelled: the next look is the last.
            try? await Task.sleep(for: min(Self.interval, max(.zero, end - .now)))
        }
    }
}
