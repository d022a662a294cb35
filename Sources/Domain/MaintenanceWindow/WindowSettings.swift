package import Time

/// When a maintenance window opens and what it allows, in SSM's words and as the caller wrote them.
package struct WindowSettings: Codable, Equatable, Sendable {
    package var name: String
    package var description: String?
    /// ISO 8601; before it nothing opens.
    package var startDate: String?
    /// ISO 8601; from it on nothing opens.
    package var endDate: String?
    /// `cron(…)`, `rate(…)` or `at(…)`.
    package var schedule: String
    /// An IANA name; nil for UTC.
    package var scheduleTimezone: String?
    /// Days, of a cron alone.
    package var scheduleOffset: Int?
    /// Hours from opening to closing.
    package var duration: Int
    /// Hours before the closing from which on nothing new starts.
    package var cutoff: Int
    /// Tasks may name nodes that are no targets of the window.
    package var allowUnassociatedTargets: Bool
    package var enabled: Bool

    package init(
        name: String,
        description: String? = nil,
        startDate: String? = nil,
        endDate: String? = nil,
        schedule: String,
        scheduleTimezone: String? = nil,
        scheduleOffset: Int? = nil,
        duration: Int,
        cutoff: Int,
        allowUnassociatedTargets: Bool,
        enabled: Bool = true
    ) {
        self.name = name
        self.description = description
        self.startDate = startDate
        self.endDate = endDate
        self.schedule = schedule
        self.scheduleTimezone = scheduleTimezone
        self.scheduleOffset = scheduleOffset
        self.duration = duration
        self.cutoff = cutoff
        self.allowUnassociatedTargets = allowUnassociatedTargets
        self.enabled = enabled
    }

    /// The one that opens at the moment.
    package func occurrence(opening moment: Timestamp) -> WindowOccurrence {
        WindowOccurrence(opening: moment, durationSeconds: duration * 3_600, cutoffSeconds: cutoff * 3_600)
    }
}
