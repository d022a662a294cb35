import AgentProtocol
import DurableStreams

extension FleetQuestions {
    /// Whether the log that is read here holds a place, so that every later answer holds what was decided there.
    ///
    /// - Parameter place: `SHARD:POSITION`.
    /// - Throws: ``Problem`` 400 for what is no place.
    package func holds(_ place: String) async throws -> Bool {
        let place = try Self.logPlace(place)
        return try await reader.end(of: place.shard) >= place.position
    }

    /// Returns when the log that is read here holds a place.
    ///
    /// - Parameters:
    ///   - place: `SHARD:POSITION`.
    ///   - patience: how long to wait; less when the task is cancelled.
    /// - Throws: ``Problem`` 400 for what is no place, 409 when the log does not hold it in time.
    package func wait(for place: String, atMost patience: Duration) async throws {
        let wanted = try Self.logPlace(place)
        let end = ContinuousClock.now + patience
        guard try await logEnd.wait(until: end, of: reader, { $0[wanted.shard] >= wanted.position }) else {
            let detail = "the log does not hold the position \(place) yet; ask again, or leave since out"
            throw Problem(status: 409, code: "not-yet", detail: detail, retryAfterSeconds: 1)
        }
    }

    private static func logPlace(_ text: String) throws(Problem) -> LogPlace {
        guard let place = LogPlace(text: text) else {
            let detail = "since=\(text.prefix(40)) is not a position; use the Ringmaster-Position of a write"
            throw Problem(status: 400, code: "malformed-cursor", detail: detail)
        }
        return place
    }
}
