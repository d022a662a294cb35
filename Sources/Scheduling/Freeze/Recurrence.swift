import Time

/// Times that come again: the part of iCalendar's recurrence rules (RFC 5545 §3.3.10) that goes by whole days.
struct Recurrence: Equatable, Sendable {
    enum Frequency: String, Sendable {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// The years that are looked at.
    private static let lastYear = Int64(2199)

    /// The first time, which the rule has to name.
    let start: WallTime
    var frequency: Frequency
    var interval: Int64 = 1
    var byMonth: Set<Int64> = []
    /// 1 to 31, or from the end of the month -1 to -31.
    var byMonthDay: Set<Int64> = []
    var byDay: [RecurrenceDay] = []
    var weekStart = Weekday.monday
    /// No time comes after it; nil for no end.
    var last: WallTime?
    /// Times that are left out.
    var excluded: Set<WallTime> = []

    init(start: WallTime, frequency: Frequency) {
        self.start = start
        self.frequency = frequency
    }

    /// The first of the times that is not before the one given; nil when there is none any more.
    func first(from wall: WallTime) -> WallTime? {
        times(fromPeriod: max(0, number(of: wall) / interval)).first { $0 >= wall && !excluded.contains($0) }
    }

    /// The time that so many come before; nil when there are not so many.
    func time(at index: Int) -> WallTime? {
        times(fromPeriod: 0).dropFirst(index).first { _ in true }
    }

    // MARK: - Steps

    /// In their order, with those that are left out.
    private func times(fromPeriod first: Int64) -> some Sequence<WallTime> {
        (first...).lazy
            .prefix { firstDay(ofPeriod: $0).date.year <= Self.lastYear }
            .flatMap { number in days(inPeriod: number).map { WallTime(day: $0, second: start.secondOfDay) } }
            .drop { $0 < start }
            .prefix { time in last.map { time <= $0 } ?? true }
    }

    /// How many days, weeks, months or years after the start's own; negative before it.
    private func number(of wall: WallTime) -> Int64 {
        switch frequency {
        case .daily: wall.day - start.day
        case .weekly: (weekBegin(wall.day) - weekBegin(start.day)) / 7
        case .monthly: (wall.date.year - start.date.year) * 12 + wall.date.month - start.date.month
        case .yearly: wall.date.year - start.date.year
        }
    }

    private func weekBegin(_ day: Int64) -> Int64 {
        day - Int64((Weekday(day: day).rawValue - weekStart.rawValue + 7) % 7)
    }

    private func firstDay(ofPeriod number: Int64) -> WallTime {
        WallTime(day: period(number).lowerBound, second: 0)
    }

    /// The days of the period so many intervals after the start's own.
    private func period(_ number: Int64) -> Range<Int64> {
        let distance = number * interval
        switch frequency {
        case .daily: return start.day + distance..<start.day + distance + 1
        case .weekly:
            let first = weekBegin(start.day) + distance * 7
            return first..<first + 7
        case .monthly:
            let months = start.date.month - 1 + distance
            return Self.month(months % 12 + 1, of: start.date.year + months / 12)
        case .yearly:
            let year = start.date.year + distance
            return Self.month(1, of: year).lowerBound..<Self.month(12, of: year).upperBound
        }
    }

    private static func month(_ month: Int64, of year: Int64) -> Range<Int64> {
        let first = CivilDate(year: year, month: month, day: 1).daysSince1970
        return first..<first + CivilDate.days(in: month, of: year)
    }

    /// The days that the rule names in a period, in their order.
    private func days(inPeriod number: Int64) -> [Int64] {
        let period = period(number)
        // An ordinal such as 2MO counts in the year only if nothing else divides the year.
        guard frequency == .yearly, !(byMonth.isEmpty && byMonthDay.isEmpty && !byDay.isEmpty) else {
            return period.filter { isNamed($0, in: period) }
        }
        let year = CivilDate(daysSince1970: period.lowerBound).year
        let months = !byMonth.isEmpty ? byMonth.sorted() : byMonthDay.isEmpty ? [start.date.month] : Array(1...12)
        return months.map { Self.month($0, of: year) }.flatMap { month in month.filter { isNamed($0, in: month) } }
    }

    private func isNamed(_ day: Int64, in period: Range<Int64>) -> Bool {
        let date = CivilDate(daysSince1970: day)
        let isFree = byMonthDay.isEmpty && byDay.isEmpty
        guard byMonth.isEmpty || byMonth.contains(date.month) else { return false }
        guard
            byMonthDay.isEmpty || byMonthDay.contains(date.day)
                || byMonthDay.contains(date.day - CivilDate.days(in: date.month, of: date.year) - 1)
        else { return false }
        guard byDay.isEmpty || byDay.contains(where: { $0.matches(day, in: period) }) else { return false }
        switch frequency {
        case .daily: return true
        case .weekly: return !isFree || Weekday(day: day) == start.weekday
        case .monthly, .yearly: return !isFree || date.day == start.date.day
        }
    }
}

/// A weekday of a recurrence, every one of the period or, as `-1FR`, one that is counted.
struct RecurrenceDay: Equatable, Sendable {
    let weekday: Weekday
    /// From 1 forwards, from -1 backwards; nil for every one.
    let ordinal: Int64?

    func matches(_ day: Int64, in period: Range<Int64>) -> Bool {
        guard Weekday(day: day) == weekday else { return false }
        return switch ordinal {
        case nil: true
        case let ordinal? where ordinal > 0: (day - period.lowerBound) / 7 + 1 == ordinal
        case let ordinal?: (period.upperBound - 1 - day) / 7 + 1 == -ordinal
        }
    }
}
