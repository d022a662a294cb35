/// The freezes of an iCalendar text: its events, as far as RFC 5545 has them for spans of days or times.
///
/// An event's SUMMARY is the freeze's name and its DESCRIPTION the reason. Events that are cancelled are none. Times without a zone, and
/// dates, go by the clocks of the site that asks.
package struct ICalendar: Equatable, Sendable {
    /// An event that is no freeze, for it cannot be understood.
    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// Of the text, from 1.
        package let line: Int
        package let message: String

        package var description: String { "line \(line): \(message)" }
    }

    /// The most that is read of a text.
    package static let longestBytes = 8 << 20
    package static let mostEvents = 10_000
    private static let longestLineBytes = 64 << 10

    package private(set) var freezes: [Freeze] = []
    /// By line; whoever applies the freezes decides whether others may hold without these.
    package private(set) var problems: [Problem] = []

    /// - Throws: for what is not an iCalendar text at all, or is longer than is read.
    package init(_ text: String) throws(ScheduleError) { try self.init(utf8: Array(text.utf8)) }

    /// - Parameter bytes: UTF-8, as lines may be folded inside a character.
    package init(utf8 bytes: [UInt8]) throws(ScheduleError) {
        guard bytes.count <= Self.longestBytes else {
            throw ScheduleError("a calendar of \(bytes.count) bytes is too long: expected \(Self.longestBytes) at most")
        }
        let lines = Self.unfolded(bytes)
        guard let first = lines.first, first.text.uppercased() == "BEGIN:VCALENDAR" else {
            throw ScheduleError("this is not an iCalendar text: expected BEGIN:VCALENDAR in its first line")
        }
        try read(lines)
    }

    // MARK: - Steps

    private struct RawLine {
        let text: String
        let line: Int
    }

    /// Lines that go on after a line break and a blank are one (§3.1); empty ones are left out.
    private static func unfolded(_ bytes: [UInt8]) -> [RawLine] {
        var lines: [(bytes: [UInt8], line: Int)] = []
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        for (index, part) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let part = part.last == UInt8(ascii: "\r") ? part.dropLast() : part
            if let first = part.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t"), !lines.isEmpty {
                lines[lines.count - 1].bytes += part.dropFirst()
            } else if !part.isEmpty {
                lines.append((Array(part), index + 1))
            }
        }
        return lines.map { RawLine(text: String(decoding: $0.bytes, as: UTF8.self), line: $0.line) }
    }

    private mutating func read(_ lines: [RawLine]) throws(ScheduleError) {
        var components: [String] = []
        var event: ICalendarEvent?
        var eventCount = 0
        for raw in lines {
            let isOwn = components.last == "VEVENT"
            guard raw.text.utf8.count <= Self.longestLineBytes, let line = ContentLine(raw.text, line: raw.line) else {
                let expected = "expected a property such as NAME:value of \(Self.longestLineBytes) bytes at most"
                if isOwn { event?.note(Problem(line: raw.line, message: expected)) }
                continue
            }
            switch line.name {
            case "BEGIN":
                components.append(line.value.uppercased())
                guard components.last == "VEVENT" else { continue }
                eventCount += 1
                guard event == nil else {
                    throw ScheduleError("line \(raw.line) of the calendar begins an event inside another")
                }
                guard eventCount <= Self.mostEvents else {
                    throw ScheduleError("the calendar has more than \(Self.mostEvents) events: split it")
                }
                event = ICalendarEvent(line: raw.line)
            case "END":
                guard components.popLast() == line.value.uppercased() else {
                    throw ScheduleError("line \(raw.line) of the calendar ends \(line.value), which was not begun last")
                }
                if isOwn { finish(event) }
                if isOwn { event = nil }
            default: if isOwn { event?.add(line) }
            }
        }
        guard components.isEmpty else {
            throw ScheduleError("the calendar ends within \(components.joined(separator: ", ")): it is not whole")
        }
    }

    private mutating func finish(_ event: ICalendarEvent?) {
        do throws(ICalendarEvent.Malformed) {
            if let freeze = try event?.freeze() { freezes.append(freeze) }
        } catch {
            problems.append(error.problem)
        }
    }
}
