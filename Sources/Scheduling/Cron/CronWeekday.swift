/// An item of the field day of week; Sunday is 1.
enum CronWeekday: Equatable, Sendable {
    case days([Int])
    /// `TUE#2`: the second of the month.
    case nth(Int, of: Int)
    /// `6L`: the last of the month.
    case last(Int)

    private static let field = CronField(
        "day of week",
        1...7,
        names: CronField.weekdayNames,
        specials: "L, a day with L such as 6L or a day with # and 1 to 5 such as TUE#3"
    )

    static func list(_ text: String) throws(ScheduleError) -> [Self] {
        var items: [Self] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            items.append(try self.item(item))
        }
        return items
    }

    func insert(into days: inout MonthDays, _ month: MonthShape) {
        switch self {
        case .days(let weekdays): for weekday in weekdays { for day in month.days(on: weekday) { days.insert(day) } }
        case .nth(let week, let weekday):
            for day in month.days(on: weekday).dropFirst(week - 1).prefix(1) { days.insert(day) }
        case .last(let weekday): if let day = month.days(on: weekday).suffix(1).first { days.insert(day) }
        }
    }

    // MARK: - Steps

    private static func item(_ item: String) throws(ScheduleError) -> Self {
        let parts = item.split(separator: "#", omittingEmptySubsequences: false)
        if parts.count == 2 {
            let weekday = try field.value(of: parts[0], in: item)
            guard let week = CronField.number(parts[1]), (1...5).contains(week) else { throw field.error(item) }
            return .nth(week, of: weekday)
        }
        let upper = item.uppercased()
        // `L` alone is the last day of the week, as in Quartz.
        if upper == "L" { return .days([7]) }
        return upper.hasSuffix("L")
            ? .last(try field.value(of: item.dropLast(), in: item)) : .days(try field.values(of: item).sorted())
    }
}
