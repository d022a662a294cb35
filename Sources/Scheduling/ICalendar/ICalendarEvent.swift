import Time

/// The properties of one VEVENT, and the freeze that they describe.
struct ICalendarEvent {
    struct Malformed: Error {
        let problem: ICalendar.Problem

        init(_ line: Int, _ message: String) { problem = ICalendar.Problem(line: line, message: message) }

        init(_ problem: ICalendar.Problem) { self.problem = problem }
    }

    /// What would make other times of the event than are read here.
    private static let unknown = ["RDATE", "EXRULE", "RECURRENCE-ID"]
    /// Seconds of a week, a day, an hour, a minute and a second.
    private static let units: [Character: Int64] = ["W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1]

    private let line: Int
    private var properties: [String: [ContentLine]] = [:]
    private var problem: ICalendar.Problem?

    init(line: Int) { self.line = line }

    mutating func add(_ line: ContentLine) { properties[line.name, default: []].append(line) }

    /// The first counts.
    mutating func note(_ problem: ICalendar.Problem) { self.problem = self.problem ?? problem }

    /// nil for a cancelled event.
    func freeze() throws(Malformed) -> Freeze? {
        if let problem { throw Malformed(problem) }
        if try only("STATUS")?.value.uppercased() == "CANCELLED" { return nil }
        if let line = Self.unknown.compactMap({ properties[$0]?.first }).min(by: { $0.line < $1.line }) {
            throw Malformed(
                line.line,
                "\(line.name) is not understood here: give each such time as an event of its own"
            )
        }
        guard let startLine = try only("DTSTART") else { throw Malformed(line, "the event has no DTSTART") }
        guard let summary = try only("SUMMARY"), !summary.text.isEmpty else {
            throw Malformed(line, "the event has no SUMMARY: a freeze needs a name")
        }
        let start = try ICalendarTime(startLine)
        return Freeze(
            name: summary.text,
            reason: try only("DESCRIPTION")?.text ?? "",
            start: start.wallTime,
            length: try length(from: start, at: startLine.line),
            zone: start.zone,
            recurrence: try recurrence(from: start)
        )
    }

    // MARK: - Steps

    private func only(_ name: String) throws(Malformed) -> ContentLine? {
        let lines = properties[name] ?? []
        if lines.count > 1 { throw Malformed(lines[1].line, "the event has \(name) twice: expected it once") }
        return lines.first
    }

    private func length(from start: ICalendarTime, at line: Int) throws(Malformed) -> Freeze.Length {
        if let duration = try only("DURATION") { return try Self.length(of: duration) }
        guard let endLine = try only("DTEND") else {
            guard start.isDate else { throw Malformed(line, "the event has no length: expected DTEND or DURATION") }
            return Freeze.Length(wallSeconds: 86_400)
        }
        let end = try ICalendarTime(endLine)
        var length = Freeze.Length()
        if start.zone == end.zone {
            length.wallSeconds = end.wallTime.seconds - start.wallTime.seconds
        } else if let startZone = start.zone, let endZone = end.zone {
            length.elapsedSeconds =
                (endZone.moment(of: end.wallTime) - startZone.moment(of: start.wallTime)).components.seconds
        } else {
            throw Malformed(endLine.line, "DTEND \(endLine.value) has a zone or has none, other than DTSTART")
        }
        guard length.wallSeconds + length.elapsedSeconds > 0 else {
            throw Malformed(endLine.line, "DTEND \(endLine.value) is not after DTSTART")
        }
        return length
    }

    /// Of `P2W`, `P1DT12H` and the like (§3.3.6): weeks and days by the clock, the rest by elapsed time.
    private static func length(of line: ContentLine) throws(Malformed) -> Freeze.Length {
        var (length, digits, isTime) = (Freeze.Length(), "", false)
        let text = line.value.uppercased()
        let malformed = Malformed(
            line.line,
            "DURATION `\(line.value)` is not understood: expected one such as P7D or PT36H"
        )
        guard text.hasPrefix("P") || text.hasPrefix("+P"), text.last?.isLetter == true else { throw malformed }
        for character in text.drop(while: { $0 != "P" }).dropFirst() {
            if character == "T", !isTime, digits.isEmpty {
                isTime = true
            } else if let unit = units[character], "WD".contains(character) != isTime,
                let number = CronField.number(digits), digits.utf8.count <= 7
            {
                if isTime {
                    length.elapsedSeconds += Int64(number) * unit
                } else {
                    length.wallSeconds += Int64(number) * unit
                }
                digits = ""
            } else if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                throw malformed
            }
        }
        guard digits.isEmpty, length.wallSeconds + length.elapsedSeconds > 0 else { throw malformed }
        return length
    }

    private func recurrence(from start: ICalendarTime) throws(Malformed) -> Recurrence? {
        guard let line = try only("RRULE") else { return nil }
        var rule = try RecurrenceReader(line).recurrence(from: start)
        for line in properties["EXDATE"] ?? [] {
            for value in line.value.split(separator: ",") {
                let time = try ICalendarTime(String(value), line)
                guard time.isDate == start.isDate, let excluded = time.wallTime(inZoneOf: start) else {
                    throw Malformed(line.line, "EXDATE \(value) is not written as DTSTART is")
                }
                rule.excluded.insert(excluded)
            }
        }
        return rule
    }
}
