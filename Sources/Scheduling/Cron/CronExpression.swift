import Time

/// SSM's cron: minutes, hours, day of month, month, day of week and, unless left out, year.
///
/// Days of the week are 1 to 7 from Sunday, or names. One of the two day fields is `?`.
package struct CronExpression: Equatable, Sendable {
    private static let years = 1970...2199

    private let minutes: [Int]
    private let hours: [Int]
    private let months: Set<Int>
    private let years: Set<Int>
    private let days: DayRule

    /// - Parameter body: what stands between the parentheses.
    init(_ body: String) throws(ScheduleError) {
        let fields = body.split(separator: " ").map(String.init)
        guard fields.count == 5 || fields.count == 6 else {
            throw ScheduleError(
                "`cron(\(body))` has \(fields.count) fields: expected minutes, hours, day of month, month, day of week, year"
            )
        }
        minutes = try CronField("minutes", 0...59).values(of: fields[0]).sorted()
        hours = try CronField("hours", 0...23).values(of: fields[1]).sorted()
        months = try CronField("month", 1...12, names: CronField.monthNames).values(of: fields[3])
        years = fields.count == 6 ? try CronField("year", Self.years).values(of: fields[5]) : Set(Self.years)
        switch (fields[2], fields[4]) {
        case ("?", "?"):
            throw ScheduleError("`cron(\(body))` names no day: only one of day of month and day of week is `?`")
        case (let day, "?"): days = .ofMonth(try MonthDay.list(day))
        case ("?", let day): days = .ofWeek(try WeekDay.list(day))
        default:
            throw ScheduleError("`cron(\(body))` names two days: one of day of month and day of week must be `?`")
        }
    }

    /// The first matching wall-clock time that is not before the one given; nil when there is none up to 2199.
    func first(from wall: Int64) -> Int64? {
        let daySeconds = Int64(86_400)
        let startDay = wall >= 0 ? wall / daySeconds : (wall - daySeconds + 1) / daySeconds
        var date = CivilDate(daysSince1970: startDay)
        while date.year <= Self.years.upperBound {
            guard matches(monthOf: date) else {
                date = date.firstOfNextMonth
                continue
            }
            let day = date.daysSince1970
            if days.matches(date), let time = firstTime(from: day == startDay ? wall - day * daySeconds : 0) {
                return day * daySeconds + time
            }
            date = CivilDate(daysSince1970: day + 1)
        }
        return nil
    }

    // MARK: - Steps

    private func matches(monthOf date: CivilDate) -> Bool {
        years.contains(Int(date.year)) && months.contains(Int(date.month))
    }

    private func firstTime(from seconds: Int64) -> Int64? {
        for hour in hours {
            for minute in minutes where Int64(hour * 3_600 + minute * 60) >= seconds {
                return Int64(hour * 3_600 + minute * 60)
            }
        }
        return nil
    }
}

extension CivilDate {
    fileprivate var firstOfNextMonth: CivilDate {
        month == 12
            ? CivilDate(year: year + 1, month: 1, day: 1) : CivilDate(year: year, month: month + 1, day: 1)
    }
}
