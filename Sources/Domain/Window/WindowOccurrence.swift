package import Time

/// One opening of a maintenance window, as moments in UTC.
package struct WindowOccurrence: Codable, Equatable, Sendable {
    package var opens: Timestamp
    /// From here on nothing new starts.
    package var cutoff: Timestamp
    package var closes: Timestamp

    package init(opens: Timestamp, cutoff: Timestamp, closes: Timestamp) {
        self.opens = opens
        self.cutoff = cutoff
        self.closes = closes
    }

    /// - Parameters:
    ///   - durationSeconds: elapsed time from opening to closing.
    ///   - cutoffSeconds: how long before the closing nothing new starts any more.
    package init(opening: Timestamp, durationSeconds: Int, cutoffSeconds: Int) {
        let closes = opening + .seconds(durationSeconds)
        self.init(opens: opening, cutoff: closes - .seconds(cutoffSeconds), closes: closes)
    }
}
