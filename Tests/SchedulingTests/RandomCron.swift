import Testing
import Time

/// A cron expression together with an independent reading of it.
struct RandomCron {
    let text: String
    private let minutes: [Bool]
    private let hours: [Bool]
    private let months: Set<Int>
    private let years: Set<Int>
    private let days: RandomDays
    private var day = Int.min
    private var dayIsNamed = false
    private var month = (year: 0, month: 0)
    private var daysOfMonth: Set<Int64> = []

    /// - Parameter daysOften: every day is named.
    init(using random: inout SplitMix64, daysOften: Bool = false) throws {
        let minutes = try RandomField(0...59, sparse: true, using: &random)
        let hours = try RandomField(0...23, using: &random)
        let months = try RandomField(1...12, names: RandomField.months, always: daysOften, using: &random)
        let years = try RandomField(
            1970...2199,
            isCircular: false,
            always: daysOften || Bool.random(using: &random),
            using: &random
        )
        let days = daysOften ? RandomDays.every : try RandomDays(using: &random)
        self.init(minutes, hours, months, years, days)
    }

    /// The midnights of some days.
    init(midnightsUsing random: inout SplitMix64) throws {
        let days = try RandomDays(using: &random)
        self.init(RandomField(0), RandomField(0), .every(1...12), .every(1970...2199), days)
    }

    private init(
        _ minutes: RandomField,
        _ hours: RandomField,
        _ months: RandomField,
        _ years: RandomField,
        _ days: RandomDays
    ) {
        self.days = days
        text = "cron(\(minutes.text) \(hours.text) \(days.ofMonth) \(months.text) \(days.ofWeek) \(years.text))"
        self.minutes = (0...59).map(minutes.values.contains)
        self.hours = (0...23).map(hours.values.contains)
        self.months = months.values
        self.years = years.values
    }

    /// Whether it names a minute by the clock.
    mutating func names(_ minute: Int) -> Bool {
        if minute / 1_440 != day {
            day = minute / 1_440
            let date = CivilDate(daysSince1970: Int64(day))
            if month != (Int(date.year), Int(date.month)) {
                month = (Int(date.year), Int(date.month))
                let isNamed = years.contains(month.year) && months.contains(month.month)
                daysOfMonth = isNamed ? days.days(of: month.month, in: month.year) : []
            }
            dayIsNamed = daysOfMonth.contains(date.day)
        }
        return dayIsNamed && hours[minute / 60 % 24] && minutes[minute % 60]
    }

    /// All its occurrences in some minutes, found by looking at every one: a named minute occurs when clocks show it for the first time, or
    /// have skipped it.
    mutating func occurrences(in minutes: Range<Int>, _ zone: String) throws -> [Int] {
        var clock = try MinuteClock(zone, before: minutes.lowerBound)
        var found: [Int] = []
        for minute in minutes where clock.news(at: minute).contains(where: { names($0) }) { found.append(minute) }
        return found
    }
}

/// A field of a cron expression.
private struct RandomField {
    static let months = ["JAN", "feb", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

    let text: String
    let values: Set<Int>

    init(_ value: Int) { (text, values) = ("\(value)", [value]) }

    private init(text: String, values: Set<Int>) { (self.text, self.values) = (text, values) }

    static func every(_ range: ClosedRange<Int>) -> Self { Self(text: "*", values: Set(range)) }

    init(
        _ range: ClosedRange<Int>,
        names: [String] = [],
        isCircular: Bool = true,
        sparse: Bool = false,
        always: Bool = false,
        using random: inout SplitMix64
    ) throws {
        var (texts, values): ([String], Set<Int>) = ([], [])
        for _ in 0..<(always ? 1 : Int.random(in: 1...3, using: &random)) {
            func written(_ value: Int) -> String {
                names.isEmpty || value % 2 == 0
                    ? (value % 3 == 0 && value < 10 ? "0\(value)" : "\(value)") : names[value - 1]
            }
            let (one, other) = (Int.random(in: range, using: &random), Int.random(in: range, using: &random))
            let (first, last) = isCircular ? (one, other) : (min(one, other), max(one, other))
            let step = Int.random(
                in: (sparse ? 7 : 1)...(range.lowerBound > 12 ? 30 : range.upperBound),
                using: &random
            )
            switch always ? 0 : Int.random(in: sparse ? 1...4 : 0...6, using: &random) {
            case 0:
                texts.append("*")
                values.formUnion(range)
            case 1, 5:
                texts.append(written(first))
                values.insert(first)
            case 2:
                texts.append("\(written(first))-\(written(last))/\(step)")
                values.formUnion(Self.walk(range, first, last, step))
            case 3:
                texts.append("\(written(first))/\(step)")
                values.formUnion(Self.walk(range, first, range.upperBound, step))
            case 4:
                texts.append("*/\(step)")
                values.formUnion(Self.walk(range, range.lowerBound, range.upperBound, step))
            default:
                texts.append("\(written(first))-\(written(last))")
                values.formUnion(Self.walk(range, first, last, 1))
            }
        }
        text = texts.joined(separator: ",")
        self.values = values
    }

    /// From one value on to the other, around the end if need be.
    private static func walk(_ range: ClosedRange<Int>, _ first: Int, _ last: Int, _ step: Int) -> Set<Int> {
        var (values, value, count): (Set<Int>, Int, Int) = ([], first, 0)
        while true {
            if count % step == 0 { values.insert(value) }
            if value == last { return values }
            value = value == range.upperBound ? range.lowerBound : value + 1
            count += 1
        }
    }
}

/// The two day fields, read by going through the days of a month.
private struct RandomDays {
    static var every: Self { Self(ofMonth: "*", ofWeek: "?") { _, _ in true } }

    let ofMonth: String
    let ofWeek: String
    private let isNamed: (_ day: Int, _ weekdays: [Int]) -> Bool

    private init(ofMonth: String, ofWeek: String, isNamed: @escaping (Int, [Int]) -> Bool) {
        (self.ofMonth, self.ofWeek, self.isNamed) = (ofMonth, ofWeek, isNamed)
    }

    init(using random: inout SplitMix64) throws {
        let (day, weekday) = (Int.random(in: 1...31, using: &random), Int.random(in: 1...7, using: &random))
        switch Int.random(in: 0...8, using: &random) {
        case 0: self.init(ofMonth: "L", ofWeek: "?") { $0 == $1.count }
        case 1: self.init(ofMonth: "LW", ofWeek: "?") { day, weekdays in Self.nearest(weekdays.count, weekdays) == day }
        case 2: self.init(ofMonth: "\(day)W", ofWeek: "?") { Self.nearest(day, $1) == $0 }
        case 3:
            let week = Int.random(in: 1...5, using: &random)
            self.init(ofMonth: "?", ofWeek: "\(weekday)#\(week)") { day, weekdays in
                weekdays[day - 1] == weekday && weekdays.prefix(day).count { $0 == weekday } == week
            }
        case 4:
            self.init(ofMonth: "?", ofWeek: "\(weekday)L") { day, weekdays in
                weekdays[day - 1] == weekday && !weekdays.dropFirst(day).contains(weekday)
            }
        case 5: self = .every
        case 6:
            let field = try RandomField(1...31, using: &random)
            self.init(ofMonth: field.text, ofWeek: "?") { day, _ in field.values.contains(day) }
        default:
            let names = ["SUN", "MON", "tue", "WED", "THU", "FRI", "SAT"]
            let field = try RandomField(1...7, names: names, using: &random)
            self.init(ofMonth: "?", ofWeek: field.text) { field.values.contains($1[$0 - 1]) }
        }
    }

    func days(of month: Int, in year: Int) -> Set<Int64> {
        let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
        let count = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        let weekdays = (1...count).map { Self.weekday(year, month, $0) }
        return Set((1...count).filter { isNamed($0, weekdays) }.map(Int64.init))
    }

    /// Zeller's congruence; Sunday is 1.
    private static func weekday(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let (year, month) = month < 3 ? (year - 1, month + 12) : (year, month)
        let weekday = (day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400) % 7
        return weekday == 0 ? 7 : weekday
    }

    private static func nearest(_ day: Int, _ weekdays: [Int]) -> Int? {
        guard day <= weekdays.count else { return nil }
        return (1...weekdays.count).filter { (2...6).contains(weekdays[$0 - 1]) }.min { abs($0 - day) < abs($1 - day) }
    }
}
