import AgentProtocol
import DurableStreams

extension FleetQuestions {
    /// Returns when the log that is read here holds a place, so that every later answer holds what was decided there.
    ///
    /// - Parameters:
    ///   - place: `SHARD:POSITION`.
    ///   - patience: how long to wait; less when the task is cancelled.
    /// - Throws: ``Problem`` 400 for what is no place, 409 when the log does not hold it in time.
    package func wait(for place: String, atMost patience: Duration) async throws {
        guard !place.contains(","), let cursor = LogCursor(text: place) else {
            let detail = "since=\(place.prefix(40)) is not a position; use the Ringmaster-Position of a write"
            throw Problem(status: 400, code: "malformed-cursor", detail: detail)
        }
        let end = ContinuousClock.now + patience
        while try await reader.end().isBehind(cursor) {
            guard ContinuousClock.now < end, !Task.isCancelled else {
                let detail = "the log does not hold the position \(place) yet; ask again, or leave since out"
                throw Problem(status: 409, code: "not-yet", detail: detail, retryAfterSeconds: 1)
            }
            // Cancelled: the next look is the last.
            try? await Task.sleep(for: Self.pollInterval)
        }
    }
}
