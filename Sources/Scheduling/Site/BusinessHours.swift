package import Time

/// The hours of a week in which a site is at business, by its clocks.
///
/// A moment is in them when the site's clocks show a time in them: an hour that is shown twice counts twice, one that is skipped never.
package struct BusinessHours: Equatable, Sendable {
    /// From one time to another of a day, or to one of the next day if that is not later.
    package struct Span: Hashable, Sendable {
        package let weekday: Weekday
        package let from: TimeOfDay
        package let until: TimeOfDay

        package init(_ weekday: Weekday, from: TimeOfDay, until: TimeOfDay) {
            self.weekday = weekday
            self.from = from
            self.until = until
        }
    }

    package static let none = Self(weekly: [])

    private static let week = Int64(7 * 86_400)
    /// 1970-01-04, a Sunday.
    private static let firstWeek = Int64(3 * 86_400)

    /// In seconds from Sunday's midnight: in their order, apart from each other, and inside the week.
    private let weekly: [Range<Int64>]

    private init(weekly: [Range<Int64>]) { self.weekly = weekly }

    /// - Throws: for a span without length.
    package init(_ spans: [Span]) throws(ScheduleError) {
        var pieces: [Range<Int64>] = []
        for span in spans {
            guard span.from != span.until, span.from.minutes < TimeOfDay.endOfDay else {
                throw ScheduleError(
                    "business hours on \(span.weekday) from \(span.from) to \(span.until) have no length: "
                        + "expected two times of the day, such as 00:00 to 24:00 for all of it"
                )
            }
            let start = Int64(span.weekday.rawValue - 1) * 86_400 + Int64(span.from.minutes) * 60
            let days: Int64 = span.until > span.from ? 0 : 86_400
            let end = start + days + Int64(span.until.minutes - span.from.minutes) * 60
            pieces.append(start..<min(end, Self.week))
            if end > Self.week { pieces.append(0..<(end - Self.week)) }
        }
        weekly = pieces.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, piece in
            if let last = merged.last, piece.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, piece.upperBound)
            } else {
                merged.append(piece)
            }
        }
    }

    /// The first unbroken time of business that ends after the moment; nil when there is none.
    ///
    /// One that is going on begins at the last change of clocks at the earliest. One that does not end has the last moment as its end.
    package func firstSpan(endingAfter moment: Timestamp, in zone: Zone) -> Range<Timestamp>? {
        var found: Range<Int64>?
        for (period, until) in zone.offsets.periods(from: moment.wholeSeconds) {
            let from = max(moment.wholeSeconds, period.from)
            guard let shown = firstSpan(endingAfter: from + period.offset) else { return nil }
            let start = max(shown.lowerBound == .min ? .min : shown.lowerBound - period.offset, period.from)
            let end = min(shown.upperBound == .max ? .max : shown.upperBound - period.offset, until)
            // Business that goes on when clocks are changed is one span.
            if let last = found, start > last.upperBound { break }
            guard start < end else { continue }
            found = (found?.lowerBound ?? start)..<end
            if end < until { break }
        }
        return found.map { Timestamp(seconds: $0.lowerBound)..<Timestamp(seconds: $0.upperBound) }
    }

    // MARK: - Steps

    /// By the clock; without bounds when all of the week is business.
    private func firstSpan(endingAfter wall: Int64) -> Range<Int64>? {
        guard let first = weekly.first, let last = weekly.last else { return nil }
        guard first != 0..<Self.week else { return .min..<(.max) }
        let elapsed = (wall - Self.firstWeek) % Self.week
        let sunday = wall - (elapsed < 0 ? elapsed + Self.week : elapsed)
        let goesOn = first.lowerBound == 0 && last.upperBound == Self.week
        guard let span = weekly.first(where: { sunday + $0.upperBound > wall }) else {
            return sunday + Self.week + first.lowerBound..<sunday + Self.week + first.upperBound
        }
        let start = goesOn && span == first ? last.lowerBound - Self.week : span.lowerBound
        let end = goesOn && span == last ? first.upperBound + Self.week : span.upperBound
        return sunday + start..<sunday + end
    }
}
