package import Domain
package import Time

extension Site {
    /// How far ahead a usable occurrence is looked for.
    private static let horizon = WorkCalendar.horizon

    /// The first part of the window's occurrences in which work may be done and, at the moment or later, still be started.
    ///
    /// Business hours and freezes are cut out. A part counts that is longer than the time which the window keeps from its cutoff to its
    /// closing, for that is what a piece of work is expected to take at most; each part keeps it, too.
    ///
    /// - Returns: nil when there is none within two years.
    package func firstUsable(of window: WindowCalendar, at moment: Timestamp) -> WindowOccurrence? {
        let end = moment + Self.horizon
        for occurrence in window.occurrences(from: moment) {
            guard occurrence.opens < end else { return nil }
            if let part = usablePart(of: occurrence, at: moment) { return part }
        }
        return nil
    }

    /// The same of a window that opens whenever it is asked for: it waits for business hours and freezes to end.
    package func firstUsable(of rule: WindowRule, openingFrom moment: Timestamp) -> WindowOccurrence? {
        var opens = moment
        let horizon = moment + Self.horizon
        let end = rule.opens == .now ? min(rule.endDate ?? horizon, horizon) : horizon
        while opens < end {
            let occurrence = rule.occurrence(opening: opens)
            if let part = usablePart(of: occurrence, at: opens) { return part }
            guard let denied = firstDenied(from: opens, until: occurrence.closes) else { return nil }
            opens = denied.upperBound
        }
        return nil
    }

    /// What cuts the occurrence, for people; empty when nothing does.
    package func reasons(against occurrence: WindowOccurrence) -> [String] {
        denials(of: occurrence.opens..<occurrence.closes).map { $0.text(in: zone) }
    }

    /// The same of one occurrence; nil when nothing of it is left.
    package func usablePart(of occurrence: WindowOccurrence, at moment: Timestamp) -> WindowOccurrence? {
        let reserve = occurrence.closes - occurrence.cutoff
        var opens = occurrence.opens
        while opens < occurrence.closes {
            let denied = firstDenied(from: opens, until: occurrence.closes)
            let closes = denied?.lowerBound ?? occurrence.closes
            if opens < closes, max(opens, moment) < closes - reserve {
                return WindowOccurrence(opens: opens, cutoff: closes - reserve, closes: closes)
            }
            guard let denied else { return nil }
            opens = denied.upperBound
        }
        return nil
    }

    // MARK: - Steps

    /// The first unbroken time of business hours and freezes that begins before the end.
    private func firstDenied(from start: Timestamp, until end: Timestamp) -> Range<Timestamp>? {
        let business = businessHours.firstSpan(endingAfter: start, in: zone)
        let spans = [business] + freezes.map { $0.firstSpan(endingAfter: start, siteZone: zone) }
        return spans.compactMap(\.self).filter { $0.lowerBound < end }.min { $0.lowerBound < $1.lowerBound }
            .map { max($0.lowerBound, start)..<$0.upperBound }
    }
}
