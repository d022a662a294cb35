import Foundation
package import Time

/// A time zone by its IANA name.
///
/// Wall-clock time is counted in seconds, as if the clock showed UTC.
package struct Zone: Sendable, Equatable {
    package let name: String
    private let zone: TimeZone

    /// - Throws: for a name that the tz database does not have; abbreviations and offsets are not names.
    package init(_ name: String) throws(ScheduleError) {
        guard Self.isName(name), let zone = TimeZone(identifier: name) else {
            throw ScheduleError("unknown time zone `\(name)`: expected an IANA name such as Europe/Berlin or UTC")
        }
        self.name = name
        self.zone = zone
    }

    /// What clocks show at the moment, in whole seconds.
    package func wallSeconds(at moment: Timestamp) -> Int64 {
        let seconds = moment.wholeSeconds
        return seconds + offset(at: seconds)
    }

    /// The moment at which clocks show the time.
    ///
    /// Where clocks skip it, the first moment after the gap; where they show it twice, the first.
    package func moment(ofWallSeconds wall: Int64) -> Timestamp {
        // No offset exceeds 14 hours, so both of a transition's offsets are in force at the ends of this span.
        let (early, late) = (wall - 26 * 3_600, wall + 26 * 3_600)
        let (before, after) = (offset(at: early), offset(at: late))
        for offset in Set([before, after]).sorted(by: >) where self.offset(at: wall - offset) == offset {
            return Timestamp(seconds: wall - offset)
        }
        return Timestamp(seconds: transition(after: early, until: late, from: before))
    }

    // MARK: - Steps

    private static func isName(_ name: String) -> Bool {
        name == "UTC" || name.contains("/") || TimeZone.knownTimeZoneIdentifiers.contains(name)
    }

    private func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    /// The first second at which the offset is no longer the one given.
    private func transition(after low: Int64, until high: Int64, from offset: Int64) -> Int64 {
        var (low, high) = (low, high)
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.offset(at: middle) == offset { low = middle } else { high = middle }
        }
        return high
    }
}

extension Timestamp {
    /// Rounded down.
    var wholeSeconds: Int64 {
        let seconds = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? seconds - 1 : seconds
    }

    init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }
}
