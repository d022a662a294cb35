/// The times of a day that a cron expression is for.
struct DailyTimes: Equatable, Sendable {
    let hours: AllowedValues
    let minutes: AllowedValues
    let seconds: AllowedValues

    /// The first second of the day that is allowed and not before the one given; nil when the day has none any more.
    func first(from second: Int) -> Int? {
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        if hours.contains(hour) {
            if minutes.contains(minute), let second = seconds.first(from: second % 60) {
                return hour * 3_600 + minute * 60 + second
            }
            if let minute = minutes.first(from: minute + 1) { return hour * 3_600 + minute * 60 + seconds.least }
        }
        return hours.first(from: hour + 1).map { $0 * 3_600 + minutes.least * 60 + seconds.least }
    }
}
