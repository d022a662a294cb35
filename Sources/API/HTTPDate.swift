import Time

/// The time as HTTP's headers have it (RFC 9110, 5.6.7) such as `Mon, 23 Nov 2026 08:00:00 GMT`.
struct HTTPDate: CustomStringConvertible {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    let description: String

    /// - Parameter now: not before 1970.
    init(_ now: Timestamp) {
        let (days, seconds) = (max(0, now.microseconds) / 1_000_000).quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(daysSince1970: days)
        let (weekday, month) = (Self.weekdays[Int(days % 7)], Self.months[Int(date.month - 1)])
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map(Self.twoDigits).joined(separator: ":")
        description = "\(weekday), \(Self.twoDigits(date.day)) \(month) \(date.year) \(time) GMT"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
