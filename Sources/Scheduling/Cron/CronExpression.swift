import Time

/// SSM's cron: seconds if there are seven fields, minutes, hours, day of month, month, day of week and year.
///
/// Days of the week are 1 to 7 from Sunday, or names. Exactly one of the two day fields is `?`. Beyond SSM, the year may be left out.
package struct CronExpression: Equatable, Sendable {
    private static let years = 1970...2199

    private let times: DailyTimes
    private let months: AllowedValues
    private let years: AllowedValues
    private let days: DayRule

    /// - Parameter body: what stands between the parentheses.
    init(_ body: String) throws(ScheduleError) {
        var fields = body.split(separator: " ").map(String.init)
        guard (5...7).contains(fields.count) else {
            throw ScheduleError(
                "`cron(\(body))` has \(fields.count) fields: expected minutes, hours, day of month, month, day of week, year, "
                    + "and before them seconds if there are seven"
            )
        }
        let seconds = fields.count == 7 ? fields.removeFirst() : "0"
        times = DailyTimes(
            hours: try CronField("hours", 0...23).allowed(by: fields[1]),
            minutes: try CronField("minutes", 0...59).allowed(by: fields[0]),
            seconds: try CronField("seconds", 0...59).allowed(by: seconds)
        )
        months = try CronField("month", 1...12, names: CronField.monthNames).allowed(by: fields[3])
        years = try CronField("year", Self.years, isCircular: false).allowed(by: fields.count == 6 ? fields[5] : "*")
        switch (fields[2], fields[4]) {
        case ("?", "?"):
            throw ScheduleError("`cron(\(body))` names no day: only one of day of month and day of week is `?`")
        case (let day, "?"): days = .ofMonth(try MonthDay.list(day))
        case ("?", let day): days = .ofWeek(try CronWeekday.list(day))
        default:
            throw ScheduleError("`cron(\(body))` names two days: one of day of month and day of week must be `?`")
        }
    }

    /// The first matching time that is not before the one given; nil when there is none up to 2199.
    func first(from wall: WallTime) -> WallTime? {
        let date = wall.date
        guard date.year >= Self.years.lowerBound else { return first(from: WallTime(seconds: 0)) }
        var (year, month, day) = (Int(date.year), Int(date.month), Int(date.day))
        var second = Int(wall.secondOfDay)
        while let matching = years.first(from: year) {
            if matching > year { (year, month, day, second) = (matching, 1, 1, 0) }
            guard let matching = months.first(from: month) else {
                (year, month, day, second) = (year + 1, 1, 1, 0)
                continue
            }
            if matching > month { (month, day, second) = (matching, 1, 0) }
            let shape = MonthShape(year: year, month: month)
            guard let matching = days.first(from: day, in: shape) else {
                (month, day, second) = (month + 1, 1, 0)
                continue
            }
            if matching > day { (day, second) = (matching, 0) }
            if let second = times.first(from: second) {
                return WallTime(day: shape.firstDay + Int64(day - 1), second: Int64(second))
            }
            (day, second) = (day + 1, 0)
        }
        return nil
    }
}
