import Foundation
import Synchronization
package import Time

/// A time zone by its IANA name.
package struct Zone: Sendable, Equatable {
    package let name: String
    let offsets: OffsetTable

    /// - Throws: for a name that the tz database does not have; abbreviations and offsets are not names.
    package init(_ name: String) throws(ScheduleError) {
        guard let offsets = Self.table(name) else {
            throw ScheduleError("unknown time zone `\(name)`: expected an IANA name such as Europe/Berlin or UTC")
        }
        self.name = name
        self.offsets = offsets
    }

    package static func == (left: Self, right: Self) -> Bool { left.name == right.name }

    /// What clocks show at the moment, rounded down to the second.
    package func wallTime(at moment: Timestamp) -> WallTime { localTime(at: moment).wallTime }

    /// What clocks show at the moment, and how far that is from UTC.
    package func localTime(at moment: Timestamp) -> LocalTime {
        let seconds = moment.wholeSeconds
        let offset = offsets.period(at: seconds).offset
        return LocalTime(wallTime: WallTime(seconds: seconds + offset), offsetSeconds: offset)
    }

    /// The moment at which clocks show the time.
    ///
    /// Where clocks skip it, the first moment after the gap; where they show it twice, the first.
    package func moment(of wall: WallTime) -> Timestamp {
        Timestamp(seconds: offsets.firstMoment(showing: wall.seconds))
    }

    /// The latest time that clocks have shown by the moment: where they are put back, not what they show again.
    func latestWallTime(by moment: Timestamp) -> WallTime {
        let seconds = moment.wholeSeconds
        let period = offsets.period(at: seconds)
        return WallTime(seconds: max(seconds + period.offset, period.shownBefore))
    }

    // MARK: - Steps

    /// Tables that were asked for; no more than the tz database has names.
    private static let tables = Mutex<[String: OffsetTable]>([:])

    private static func table(_ name: String) -> OffsetTable? {
        if let table = tables.withLock({ $0[name] }) { return table }
        guard isName(name), let zone = TimeZone(identifier: name) else { return nil }
        let table = OffsetTable(zone)
        tables.withLock { $0[name] = table }
        return table
    }

    private static func isName(_ name: String) -> Bool {
        name == "UTC" || name.contains("/") || TimeZone.knownTimeZoneIdentifiers.contains(name)
    }
}

extension Timestamp {
    /// Rounded down.
    var wholeSeconds: Int64 {
        let seconds = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? seconds - 1 : seconds
    }

    /// Clamped at the ends of the representable range.
    init(seconds: Int64) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: overflow ? (seconds < 0 ? .min : .max) : scaled)
    }
}
