import Time

/// Where the days of a month fall.
struct MonthShape {
    /// The first of the month, in days since 1970-01-01.
    let firstDay: Int64
    let lastDayOfMonth: Int
    private let firstWeekday: Int

    init(year: Int, month: Int) {
        firstDay = CivilDate(year: Int64(year), month: Int64(month), day: 1).daysSince1970
        lastDayOfMonth = Int(CivilDate.days(in: Int64(month), of: Int64(year)))
        firstWeekday = Weekday(day: firstDay).rawValue
    }

    /// 1 for Sunday to 7 for Saturday.
    func weekday(of day: Int) -> Int { (firstWeekday + day - 2) % 7 + 1 }

    /// The days of the month that fall on the weekday.
    func days(on weekday: Int) -> StrideThrough<Int> {
        stride(from: (weekday - firstWeekday + 7) % 7 + 1, through: lastDayOfMonth, by: 7)
    }

    /// The working day nearest to the day, in the same month; nil when the month does not have the day.
    func workingDay(nearest day: Int) -> Int? {
        guard day <= lastDayOfMonth else { return nil }
        switch weekday(of: day) {
        case 7: return day == 1 ? 3 : day - 1
        case 1: return day == lastDayOfMonth ? day - 2 : day + 1
        default: return day
        }
    }
}
