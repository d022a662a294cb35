/// A day of the week, numbered as SSM's cron numbers it: Sunday is 1.
package enum Weekday: Int, CaseIterable, Hashable, Sendable {
    case sunday = 1, monday, tuesday, wednesday, thursday, friday, saturday

    /// That of a day counted from 1970-01-01, which was a Thursday.
    init(day: Int64) {
        let remainder = Int((day + 4) % 7)
        self = Self.allCases[remainder < 0 ? remainder + 7 : remainder]
    }
}
