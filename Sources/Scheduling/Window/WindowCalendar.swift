package import Domain
package import Time

/// When a maintenance window is open, as moments in UTC.
package struct WindowCalendar: Sendable {
    private static let durations = 1...24
    private static let shortestLookback = Duration.seconds(60)

    private let durationSeconds: Int
    private let cutoffSeconds: Int
    /// nil for a window that opens at once.
    private let schedule: WindowSchedule?

    /// The calendar of a rule in one site.
    ///
    /// - Parameters:
    ///   - siteZone: the IANA name of the site's zone.
    ///   - patchGroup: whose turn it is where kinds of patch groups take turns; nil for the first.
    package init(_ rule: WindowRule, siteZone: String, patchGroup: String? = nil) throws(ScheduleError) {
        durationSeconds = rule.durationSeconds
        cutoffSeconds = rule.cutoffSeconds
        switch rule.opens {
        case .now: schedule = nil
        case .policy(let name):
            throw ScheduleError("the window `\(name)` is the policy's: its rule has to be filled in first")
        case .schedule(let expression):
            let name =
                switch rule.zone {
                case .site: siteZone
                case .named(let name): name
                }
            let offset = patchGroup.map(rule.offsetDays(forPatchGroup:)) ?? rule.offsetDays ?? 0
            schedule = try WindowSchedule(
                ScheduleExpression(expression),
                zone: Zone(name),
                offsetDays: offset == 0 ? nil : offset,
                startDate: rule.startDate,
                endDate: rule.endDate
            )
        }
    }

    /// The calendar of a window with SSM's fields.
    ///
    /// - Parameters:
    ///   - durationHours: SSM's Duration, 1 to 24.
    ///   - cutoffHours: SSM's Cutoff, 0 to 23 and less than the duration.
    package init(_ schedule: WindowSchedule, durationHours: Int, cutoffHours: Int) throws(ScheduleError) {
        guard Self.durations.contains(durationHours) else {
            throw ScheduleError("a duration of \(durationHours) hours is out of range: expected 1 to 24")
        }
        guard (0..<durationHours).contains(cutoffHours) else {
            throw ScheduleError(
                "a cutoff of \(cutoffHours) hours is out of range: expected 0 to \(durationHours - 1), less than the duration"
            )
        }
        durationSeconds = durationHours * 3_600
        cutoffSeconds = cutoffHours * 3_600
        self.schedule = schedule
    }

    /// How long it is open, in elapsed time.
    package var duration: Duration { .seconds(durationSeconds) }

    /// The occurrence in which something can still start at the moment, otherwise the next one; nil when none comes any more.
    package func occurrence(at now: Timestamp) -> WindowOccurrence? {
        if let open = open(at: now), now < open.cutoff { return open }
        return next(after: now)
    }

    /// The occurrence that is open at the moment, be it past its cutoff; of several, the one that opened last.
    package func open(at now: Timestamp) -> WindowOccurrence? {
        guard let schedule else { return occurrence(opening: now) }
        guard var opened = schedule.next(after: now - duration), opened <= now else { return nil }
        // Of thousands that a frequent schedule opens, the last few are gone through.
        var lookback = Self.shortestLookback
        while lookback < duration {
            if let recent = schedule.next(after: now - lookback), recent <= now {
                opened = recent
                break
            }
            lookback *= 2
        }
        while let later = schedule.next(after: opened), later <= now { opened = later }
        return occurrence(opening: opened)
    }

    /// The first occurrence that opens after the moment; nil when none comes any more, as with a window that opens at once.
    package func next(after moment: Timestamp) -> WindowOccurrence? {
        schedule?.next(after: moment).map(occurrence)
    }

    /// The occurrences from ``occurrence(at:)`` on, in the order of their openings, each computed when it is asked for.
    ///
    /// Those of a cron end in 2199, those of a rate do not end: take some, or those up to a time.
    package func occurrences(from moment: Timestamp) -> some Sequence<WindowOccurrence> {
        sequence(state: occurrence(at: moment)) { next in
            defer { next = next.flatMap { self.next(after: $0.opens) } }
            return next
        }
    }

    // MARK: - Steps

    private func occurrence(opening moment: Timestamp) -> WindowOccurrence {
        WindowOccurrence(opening: moment, durationSeconds: durationSeconds, cutoffSeconds: cutoffSeconds)
    }
}
