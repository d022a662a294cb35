package import Time

/// When a maintenance window opens, in whose time, for how long, and when it is too late to start.
package struct WindowRule: Codable, Equatable, Sendable {
    package var opens: Opening
    package var zone: Zone
    /// Elapsed time from opening to closing.
    package var durationSeconds: Int
    /// How long before the closing nothing new starts any more; less than the duration.
    package var cutoffSeconds: Int

    package enum Opening: Codable, Equatable, Sendable {
        /// The moment the lane is opened.
        case now
        /// A schedule expression: `cron(…)`, `rate(…)` or `at(…)`.
        case schedule(String)
    }

    package enum Zone: Codable, Equatable, Sendable {
        /// That of the lane's site.
        case site
        /// An IANA name.
        case named(String)
    }

    package init(opens: Opening, zone: Zone, durationSeconds: Int, cutoffSeconds: Int) {
        self.opens = opens
        self.zone = zone
        self.durationSeconds = durationSeconds
        self.cutoffSeconds = cutoffSeconds
    }

    /// The occurrence that opens at that moment.
    package func occurrence(opening: Timestamp) -> WindowOccurrence {
        WindowOccurrence(opening: opening, durationSeconds: durationSeconds, cutoffSeconds: cutoffSeconds)
    }
}
