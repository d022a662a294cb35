import Time

/// A DATE or DATE-TIME of iCalendar (RFC 5545 §3.3.4 and §3.3.5).
struct ICalendarTime {
    let wallTime: WallTime
    /// nil for a date, and for a time that goes by the clocks of whoever reads it.
    let zone: Zone?
    let isDate: Bool

    init(_ line: ContentLine) throws(ICalendarEvent.Malformed) { try self.init(line.value, line) }

    /// - Parameter line: of whose values the text is one.
    init(_ text: String, _ line: ContentLine) throws(ICalendarEvent.Malformed) {
        let isDate = text.utf8.count == 8
        let digits = Array(text.hasSuffix("Z") ? text.dropLast() : text[...])
        guard isDate || digits.count == 15 && digits[8] == "T", isDate || line.parameters["VALUE"] != "DATE",
            let time = WallTime(Self.extended(digits))
        else {
            throw ICalendarEvent.Malformed(
                line.line,
                "\(line.name) `\(text)` is not a time: expected one such as 20261220, 20261220T180000 or 20261220T170000Z"
            )
        }
        do throws(ScheduleError) {
            if text.hasSuffix("Z") {
                zone = try Zone("UTC")
            } else {
                zone = try isDate ? nil : line.parameters["TZID"].map { name throws(ScheduleError) in try Zone(name) }
            }
        } catch {
            throw ICalendarEvent.Malformed(line.line, "\(line.name): \(error)")
        }
        self.wallTime = time
        self.isDate = isDate
    }

    /// What clocks there show at this time; nil when only one of both has a zone.
    func wallTime(inZoneOf other: Self) -> WallTime? {
        if zone == other.zone { return wallTime }
        guard let zone, let otherZone = other.zone else { return nil }
        return otherZone.wallTime(at: zone.moment(of: wallTime))
    }

    /// `2026-12-20T18:00:00` for `20261220T180000`.
    private static func extended(_ digits: [Character]) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index == 4 || index == 6 { text.append("-") }
            if index == 11 || index == 13 { text.append(":") }
            text.append(digit)
        }
        return text
    }
}
