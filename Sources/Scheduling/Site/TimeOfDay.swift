/// A time of a day by the clock, to the minute; `24:00` is the day's end.
package struct TimeOfDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    static let endOfDay = 24 * 60

    /// Since midnight, 0 to 1,440.
    package let minutes: Int

    /// Reads `09:00`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = CronField.number(parts[0]), let minute = CronField.number(parts[1]),
            minute < 60, hour * 60 + minute <= Self.endOfDay
        else { return nil }
        minutes = hour * 60 + minute
    }

    package static func < (left: Self, right: Self) -> Bool { left.minutes < right.minutes }

    package var description: String {
        [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
