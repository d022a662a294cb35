package import Domain
package import Time

/// When a maintenance window opens in one site, as moments in UTC.
package struct WindowCalendar: Sendable {
    private let rule: WindowRule
    /// nil for a window that opens at once.
    private let schedule: (expression: ScheduleExpression, zone: Zone)?

    /// - Parameter siteZone: the IANA name of the site's zone.
    package init(_ rule: WindowRule, siteZone: String) throws(ScheduleError) {
        self.rule = rule
        switch rule.opens {
        case .now: schedule = nil
        case .schedule(let expression):
            let name =
                switch rule.zone {
                case .site: siteZone
                case .named(let name): name
                }
            schedule = (try ScheduleExpression(expression), try Zone(name))
        }
    }

    /// The occurrence in which something can still start at the moment, otherwise the next one; nil when none comes any more.
    package func occurrence(at now: Timestamp) -> WindowOccurrence? {
        guard let (expression, zone) = schedule else { return rule.occurrence(opening: now) }
        // Of what opened no longer ago than it lasts, the latest is the one in force.
        var current: WindowOccurrence?
        var opening = expression.next(after: now - .seconds(rule.durationSeconds), in: zone)
        while let moment = opening, moment <= now {
            let occurrence = rule.occurrence(opening: moment)
            if now < occurrence.cutoff { current = occurrence }
            opening = expression.next(after: moment, in: zone)
        }
        return current ?? opening.map(rule.occurrence)
    }
}
