import Time

/// Reads an RRULE (RFC 5545 §3.3.10).
struct RecurrenceReader {
    private static let weekdays: [String: Weekday] = [
        "SU": .sunday, "MO": .monday, "TU": .tuesday, "WE": .wednesday, "TH": .thursday, "FR": .friday, "SA": .saturday,
    ]
    private static let known: Set<String> = [
        "FREQ", "COUNT", "UNTIL", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "WKST",
    ]
    private static let mostTimes: Int64 = 10_000

    private let line: ContentLine
    private let parts: [String: String]

    init(_ line: ContentLine) throws(ICalendarEvent.Malformed) {
        self.line = line
        var parts: [String: String] = [:]
        for part in line.value.uppercased().split(separator: ";") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, Self.known.contains(sides[0]), parts[sides[0]] == nil else {
                let message =
                    "RRULE has `\(part)`: expected \(Self.known.sorted().joined(separator: ", ")), each once at most"
                throw ICalendarEvent.Malformed(line.line, message)
            }
            parts[sides[0]] = sides[1]
        }
        self.parts = parts
    }

    func recurrence(from start: ICalendarTime) throws(ICalendarEvent.Malformed) -> Recurrence {
        guard let frequency = parts["FREQ"].flatMap(Recurrence.Frequency.init) else {
            throw malformed("FREQ", "DAILY, WEEKLY, MONTHLY or YEARLY")
        }
        var rule = Recurrence(start: start.wallTime, frequency: frequency)
        rule.interval = try number("INTERVAL", in: 1...Self.mostTimes) ?? 1
        rule.byMonth = Set(try numbers("BYMONTH") { (1...12).contains($0) })
        rule.byMonthDay = Set(try numbers("BYMONTHDAY") { (1...31).contains($0.magnitude) })
        if let name = parts["WKST"] {
            guard let weekday = Self.weekdays[name] else { throw malformed("WKST", "a day such as MO") }
            rule.weekStart = weekday
        }
        rule.byDay = try days(frequency, countIsUnclear: !rule.byMonthDay.isEmpty)
        guard rule.first(from: start.wallTime) == start.wallTime else {
            throw ICalendarEvent.Malformed(
                line.line,
                "RRULE does not name DTSTART \(start.wallTime) itself: move DTSTART to its first time"
            )
        }
        rule.last = try last(of: rule, start)
        return rule
    }

    // MARK: - Steps

    private func malformed(_ part: String, _ expected: String) -> ICalendarEvent.Malformed {
        let found = parts[part].map { "\(part)=\($0)" } ?? "no \(part)"
        return ICalendarEvent.Malformed(line.line, "RRULE has \(found): expected \(expected)")
    }

    private func number(_ part: String, in range: ClosedRange<Int64>) throws(ICalendarEvent.Malformed) -> Int64? {
        guard let text = parts[part] else { return nil }
        guard let number = CronField.number(text), range.contains(Int64(number)) else {
            throw malformed(part, "\(range.lowerBound) to \(range.upperBound)")
        }
        return Int64(number)
    }

    private func numbers(
        _ part: String,
        where isAllowed: (Int64) -> Bool
    ) throws(ICalendarEvent.Malformed) -> [Int64] {
        let texts = parts[part]?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        let numbers = texts.compactMap { Int64($0) }.filter(isAllowed)
        guard numbers.count == texts.count else { throw malformed(part, "numbers that the calendar has") }
        return numbers
    }

    private func days(
        _ frequency: Recurrence.Frequency,
        countIsUnclear: Bool
    ) throws(ICalendarEvent.Malformed) -> [RecurrenceDay] {
        var days: [RecurrenceDay] = []
        let canCount = (frequency == .monthly || frequency == .yearly) && !countIsUnclear
        for text in parts["BYDAY"]?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            let ordinal = text.dropLast(2)
            let number = ordinal.isEmpty ? nil : Int64(ordinal)
            guard let weekday = Self.weekdays[String(text.suffix(2))], ordinal.isEmpty == (number == nil),
                number.map({ canCount && (1...53).contains($0.magnitude) }) ?? true
            else {
                throw malformed("BYDAY", "days such as MO" + (canCount ? ", 2TU or -1FR" : ""))
            }
            days.append(RecurrenceDay(weekday: weekday, ordinal: number))
        }
        return days
    }

    /// The last time that COUNT or UNTIL allows; nil for no end.
    private func last(of rule: Recurrence, _ start: ICalendarTime) throws(ICalendarEvent.Malformed) -> WallTime? {
        guard parts["COUNT"] == nil || parts["UNTIL"] == nil else {
            throw malformed("COUNT", "COUNT or UNTIL, not both")
        }
        if let count = try number("COUNT", in: 1...Self.mostTimes) { return rule.time(at: Int(count) - 1) }
        guard let text = parts["UNTIL"] else { return nil }
        let until = try ICalendarTime(text, line)
        // A date ends with its day. A moment is a time by the clocks of the event.
        if until.isDate { return WallTime(seconds: until.wallTime.seconds + 86_399) }
        return until.wallTime(inZoneOf: start) ?? until.wallTime
    }
}
