/// Which days a cron expression is for.
enum DayRule: Equatable, Sendable {
    case ofMonth([MonthDay])
    case ofWeek([CronWeekday])

    /// The first day of the month that matches and is not before the one given; nil when the month has none any more.
    func first(from day: Int, in month: MonthShape) -> Int? {
        let days =
            switch self {
            case .ofMonth(let items): items.reduce(into: MonthDays()) { $1.insert(into: &$0, month) }
            case .ofWeek(let items): items.reduce(into: MonthDays()) { $1.insert(into: &$0, month) }
            }
        return days.first(from: day, through: month.lastDayOfMonth)
    }
}

/// Some of the days 1 to 31.
struct MonthDays: Equatable, Sendable {
    private var bits: UInt32 = 0

    mutating func insert(_ day: Int) { bits |= 1 << UInt32(day) }

    mutating func formUnion(_ other: Self) { bits |= other.bits }

    func first(from day: Int, through last: Int) -> Int? {
        let rest = (bits >> UInt32(day)) << UInt32(day)
        return rest != 0 && rest.trailingZeroBitCount <= last ? rest.trailingZeroBitCount : nil
    }
}

/// An item of the field day of month.
enum MonthDay: Equatable, Sendable {
    case days(MonthDays)
    /// `L`
    case last
    /// `15W`: the working day nearest to the 15th, in the same month.
    case workingDay(nearest: Int)
    /// `LW`
    case lastWorkingDay

    private static let field = CronField("day of month", 1...31, specials: "L, LW or a day with W such as 15W")

    static func list(_ text: String) throws(ScheduleError) -> [MonthDay] {
        var items: [MonthDay] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            switch item.uppercased() {
            case "L": items.append(.last)
            case "LW": items.append(.lastWorkingDay)
            case let upper where upper.hasSuffix("W"):
                items.append(.workingDay(nearest: try field.value(of: item.dropLast(), in: item)))
            default: items.append(.days(try field.values(of: item).reduce(into: MonthDays()) { $0.insert($1) }))
            }
        }
        return items
    }

    func insert(into days: inout MonthDays, _ month: MonthShape) {
        switch self {
        case .days(let some): days.formUnion(some)
        case .last: days.insert(month.lastDayOfMonth)
        case .workingDay(let day): if let day = month.workingDay(nearest: day) { days.insert(day) }
        case .lastWorkingDay:
            if let day = month.workingDay(nearest: month.lastDayOfMonth) { days.insert(day) }
        }
    }
}
