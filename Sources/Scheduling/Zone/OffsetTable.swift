import Foundation

/// A zone's offsets from UTC, from 1970 to 2199, the years that a schedule can name; outside of them the first and the last hold.
///
/// Looking one up takes some nanoseconds: asking Foundation for each takes a hundred times as long where clocks change.
struct OffsetTable: Sendable {
    /// A time without a change of the offset; all in seconds.
    struct Period: Sendable {
        /// Its first moment.
        let from: Int64
        /// What is added to UTC.
        let offset: Int64
        /// The latest time that clocks had shown before it.
        let shownBefore: Int64
    }

    /// In their order, without gaps; ``Period/shownBefore`` never falls.
    private let periods: [Period]

    init(_ zone: TimeZone) {
        var moment = Date(timeIntervalSince1970: -86_400)
        let end = Date(timeIntervalSince1970: 7_258_118_400)
        var last = Period(from: .min, offset: Int64(zone.secondsFromGMT(for: moment)), shownBefore: .min)
        var periods = [last]
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next > moment, next < end {
            moment = next
            let offset = Int64(zone.secondsFromGMT(for: next))
            guard offset != last.offset else { continue }
            let from = Int64(next.timeIntervalSince1970.rounded(.up))
            last = Period(from: from, offset: offset, shownBefore: max(last.shownBefore, from - 1 + last.offset))
            periods.append(last)
        }
        self.periods = periods
    }

    /// The period of a moment.
    func period(at moment: Int64) -> Period { periods[index(at: moment)] }

    /// The periods from that of the moment on, each with its end; the last ends with the representable time.
    func periods(from moment: Int64) -> some Sequence<(period: Period, until: Int64)> {
        (index(at: moment)..<periods.count).lazy.map { index in
            (periods[index], index + 1 < periods.count ? periods[index + 1].from : .max)
        }
    }

    /// The first moment by which clocks have shown the time or have skipped it.
    func firstMoment(showing wall: Int64) -> Int64 {
        let period = periods[last { $0.shownBefore < wall }]
        return max(period.from, wall - period.offset)
    }

    // MARK: - Steps

    private func index(at moment: Int64) -> Int { last { $0.from <= moment } }

    /// The last period that fulfils what the first ones do and the later ones do not; the first, if none does.
    private func last(where isEarly: (Period) -> Bool) -> Int {
        var (low, high) = (0, periods.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isEarly(periods[middle]) { low = middle } else { high = middle }
        }
        return low
    }
}
