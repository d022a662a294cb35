import Scheduling
import Time

/// Moments as the console shows them.
enum TimeText {
    /// As in `2026-11-24 02:30 UTC`.
    static func utc(_ moment: Timestamp) -> String { plain(moment.description) + " UTC" }

    /// To the second, for logs: `2026-11-24 02:30:07`.
    static func second(_ moment: Timestamp) -> String {
        let text = moment.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// By the clocks of the zone, with their distance from UTC: `Tue 24 Nov 02:30 +01:00`; in UTC for a zone that is not known.
    static func local(_ moment: Timestamp, _ zone: String) -> String {
        guard let local = local(moment, in: zone) else { return utc(moment) }
        return "\(day(local.wallTime)) \(clock(local.wallTime)) \(local.description.suffix(6))"
    }

    /// From one moment to another by the clocks of the zone, the second without its day where that is the same.
    static func span(_ from: Timestamp, _ until: Timestamp, _ zone: String) -> String {
        guard let first = local(from, in: zone), let last = local(until, in: zone) else {
            return "\(utc(from)) to \(utc(until))"
        }
        let end = first.wallTime.date == last.wallTime.date ? "" : day(last.wallTime) + " "
        return
            "\(day(first.wallTime)) \(clock(first.wallTime))–\(end)\(clock(last.wallTime)) \(last.description.suffix(6))"
    }

    /// How long ago, or how long until: `3 h ago`, `in 2 d`.
    static func distance(_ moment: Timestamp, from now: Timestamp) -> String {
        let seconds = (now - moment).components.seconds
        let text = length(Int64(clamping: seconds.magnitude))
        if seconds.magnitude < 60 { return "now" }
        return seconds > 0 ? "\(text) ago" : "in \(text)"
    }

    /// In its largest unit: `45 min`, `3 h`, `12 d`.
    static func length(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    // MARK: - Steps

    private static func local(_ moment: Timestamp, in zone: String) -> LocalTime? {
        do { return try Zone(zone).localTime(at: moment) } catch { return nil }
    }

    private static func plain(_ text: String) -> String { "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))" }

    private static func clock(_ wall: WallTime) -> String { String(wall.description.dropFirst(11).prefix(5)) }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// As in `Tue 24 Nov`.
    private static func day(_ wall: WallTime) -> String {
        let date = wall.date
        return "\(days[wall.weekday.rawValue - 1]) \(date.day) \(months[Int(date.month) - 1])"
    }
}
