package import Time

/// What a clock shows, to the second, without saying where it hangs.
package struct WallTime: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00, every day having 86,400.
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// Reads `2026-12-20T18:00:00`, `2026-12-20T18:00` or, for midnight, `2026-12-20`; nil for anything else.
    package init?(_ text: String) {
        let full = text.utf8.count == 10 ? text + "T00:00:00" : text
        guard full.utf8.count == 16 || full.utf8.count == 19, full.utf8.dropFirst(10).first == UInt8(ascii: "T"),
            let moment = Timestamp(iso8601: full + "Z")
        else { return nil }
        seconds = moment.wholeSeconds
    }

    init(day: Int64, second: Int64) { seconds = day * 86_400 + second }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    /// Days since 1970-01-01.
    var day: Int64 { (seconds - secondOfDay) / 86_400 }

    package var secondOfDay: Int64 {
        let rest = seconds % 86_400
        return rest < 0 ? rest + 86_400 : rest
    }

    package var date: CivilDate { CivilDate(daysSince1970: day) }

    package var weekday: Weekday { Weekday(day: day) }
}

extension WallTime: CustomStringConvertible {
    /// As in `2026-12-20T18:00:00`.
    package var description: String { String(Timestamp(seconds: seconds).description.dropLast()) }
}
