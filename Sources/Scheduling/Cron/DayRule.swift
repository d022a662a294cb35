import Time

/// Which days a cron expression is for.
enum DayRule: Equatable, Sendable {
    case ofMonth([MonthDay])
    case ofWeek([WeekDay])

    func matches(_ date: CivilDate) -> Bool {
        switch self {
        case .ofMonth(let days): days.contains { $0.matches(date) }
        case .ofWeek(let days): days.contains { $0.matches(date) }
        }
    }
}

/// An item of the field day of month.
enum MonthDay: Equatable, Sendable {
    case days(Set<Int>)
    /// `L`
    case last
    /// `15W`: the weekday nearest to the 15th, in the same month.
    case weekdayNearest(Int)
    /// `LW`
    case lastWeekday

    private static let field = CronField("day of month", 1...31)

    static func list(_ text: String) throws(ScheduleError) -> [MonthDay] {
        var days: [MonthDay] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            switch item.uppercased() {
            case "L": days.append(.last)
            case "LW", "WL": days.append(.lastWeekday)
            case let item where item.hasSuffix("W"):
                days.append(.weekdayNearest(try field.value(of: String(item.dropLast()))))
            default: days.append(.days(try field.values(of: item)))
            }
        }
        return days
    }

    func matches(_ date: CivilDate) -> Bool {
        let last = CivilDate.days(in: date.month, of: date.year)
        switch self {
        case .days(let days): return days.contains(Int(date.day))
        case .last: return date.day == last
        case .weekdayNearest(let day): return date.day == Self.weekday(nearest: Int64(day), last: last, in: date)
        case .lastWeekday: return date.day == Self.weekday(nearest: last, last: last, in: date)
        }
    }

    /// nil when the month does not have the day.
    private static func weekday(nearest day: Int64, last: Int64, in month: CivilDate) -> Int64? {
        guard day <= last else { return nil }
        switch CivilDate(year: month.year, month: month.month, day: day).weekDay {
        case 7: return day == 1 ? 3 : day - 1
        case 1: return day == last ? day - 2 : day + 1
        default: return day
        }
    }
}

/// An item of the field day of week; Sunday is 1.
enum WeekDay: Equatable, Sendable {
    case days(Set<Int>)
    /// `TUE#2`: the second of the month.
    case nth(Int, of: Int)
    /// `6L`: the last of the month.
    case last(Int)

    private static let field = CronField("day of week", 1...7, names: CronField.weekDayNames)

    static func list(_ text: String) throws(ScheduleError) -> [WeekDay] {
        var days: [WeekDay] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            days.append(try weekDay(item))
        }
        return days
    }

    private static func weekDay(_ item: String) throws(ScheduleError) -> WeekDay {
        let parts = item.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            guard let week = Int(parts[1]), (1...5).contains(week) else {
                throw ScheduleError("`\(item)` is not a day of the week: expected 1 to 5 after the #")
            }
            return .nth(week, of: try field.value(of: parts[0]))
        }
        // `L` alone is the last day of the week, as in Quartz.
        if item.uppercased() == "L" { return .days([7]) }
        return item.uppercased().hasSuffix("L")
            ? .last(try field.value(of: String(item.dropLast()))) : .days(try field.values(of: item))
    }

    func matches(_ date: CivilDate) -> Bool {
        switch self {
        case .days(let days): days.contains(date.weekDay)
        case .nth(let week, let day): date.weekDay == day && (date.day - 1) / 7 + 1 == week
        case .last(let day): date.weekDay == day && date.day + 7 > CivilDate.days(in: date.month, of: date.year)
        }
    }
}

extension CivilDate {
    /// 1 for Sunday to 7 for Saturday.
    var weekDay: Int {
        // 1970-01-01 was a Thursday.
        let remainder = (daysSince1970 + 4) % 7
        return Int(remainder < 0 ? remainder + 7 : remainder) + 1
    }
}
