package import Domain
package import Time

extension WindowSettings: ScheduledSettings {
    package static let shortestPeriod = Duration.seconds(300)

    package func occurrences(created: Timestamp) throws(ScheduleError) -> WindowSchedule? {
        try schedule(created: created)
    }

    /// When it opens.
    ///
    /// - Parameter created: when the window was made, from which a rate counts.
    /// - Throws: what is wrong with the schedule, the zone, the offset, the dates, the duration or the cutoff.
    package func schedule(created: Timestamp) throws(ScheduleError) -> WindowSchedule {
        let schedule = try WindowSchedule(
            ScheduleExpression(self.schedule),
            zone: zone,
            offsetDays: scheduleOffset,
            startDate: startDate.map(Self.moment),
            endDate: endDate.map(Self.moment),
            created: created,
            isEnabled: enabled
        )
        _ = try WindowCalendar(schedule, durationHours: duration, cutoffHours: cutoff)
        return schedule
    }

    package var zone: Zone {
        get throws(ScheduleError) { try Zone(scheduleTimezone ?? "UTC") }
    }

    /// A moment as SSM writes it: in the window's zone, without seconds where they are zero, as `2026-03-12T09:00-05:00`.
    ///
    /// - Throws: for a zone that is unknown.
    package func text(of moment: Timestamp) throws(ScheduleError) -> String {
        let local = try zone.localTime(at: moment)
        // What a zone shows is written as UTC writes it, but for what stands behind it.
        let shown = Timestamp(microseconds: moment.microseconds + local.offsetSeconds * 1_000_000).milliseconds
        var text = shown.description.dropLast()
        if text.hasSuffix(":00"), text.utf8.count == 19 { text = text.dropLast(3) }
        return text + Self.offset(local.offsetSeconds)
    }

    // MARK: - Steps

    /// A day, or a time without an offset, is one of UTC.
    private static func moment(_ text: String) throws(ScheduleError) -> Timestamp {
        let forms = [text, text + "Z", text + "T00:00Z"]
        guard let moment = forms.lazy.compactMap({ Timestamp(iso8601: $0) }).first else {
            throw ScheduleError("`\(text)` is not a date: expected one such as 2026-11-01T00:00:00-05:00 or 2026-11-01")
        }
        return moment
    }

    private static func offset(_ seconds: Int64) -> String {
        guard seconds != 0 else { return "Z" }
        func digits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = abs(seconds) / 60
        return (seconds < 0 ? "-" : "+") + digits(minutes / 60) + ":" + digits(minutes % 60)
    }
}

extension Timestamp {
    fileprivate var milliseconds: Self { Self(microseconds: microseconds / 1_000 * 1_000) }
}
