import Scheduling
import Testing
import Time

private let timeForms = "expected one such as 20261220, 20261220T180000 or 20261220T170000Z"

/// A calendar of one event with the properties, its lines ended as RFC 5545 wants it.
private func calendar(_ properties: [String], summary: String = "SUMMARY:x") throws -> ICalendar {
    let lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", summary] + properties + ["END:VEVENT", "END:VCALENDAR", ""]
    return try ICalendar(lines.joined(separator: "\r\n"))
}

/// The days, or openings in UTC, of the only freeze of a calendar in a site, from a moment on.
private func spans(
    _ calendar: ICalendar,
    _ site: String = "UTC",
    after text: String = "1990-01-01T00:00:00Z",
    _ count: Int = 4
) throws -> [String] {
    try #require(calendar.problems.isEmpty, "\(calendar.problems)")
    let (freeze, zone) = (try #require(calendar.freezes.first), try Zone(site))
    var (found, at): ([String], Timestamp) = ([], try moment(text))
    while found.count < count, let span = freeze.firstSpan(endingAfter: at, siteZone: zone) {
        found.append("\(span.lowerBound)/\((span.upperBound - span.lowerBound).components.seconds / 3_600)h")
        at = span.upperBound
    }
    return found
}

@Suite("A calendar of freezes")
struct ICalendarTests {
    @Test(
        "An event is a freeze, with its folds and escapes undone; alarms, cancelled events and other components are none"
    )
    func events() throws {
        let text = """
            BEGIN:VCALENDAR
            VERSION:2.0
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            BEGIN:STANDARD
            DTSTART:19701025T030000
            END:STANDARD
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:1@example.org
            DTSTART;TZID="Europe/Berlin":20261127T180000
            DTEND;TZID=Europe/Berlin:20261130T060000
            SUMMARY:Black Friday\\, all
              shops
            DESCRIPTION;LANGUAGE=en:No changes\\; ask\\nthe shop \\\\ team
            BEGIN:VALARM
            SUMMARY:alarm
            TRIGGER:-PT1H
            END:VALARM
            END:VEVENT
            begin:vevent
            SUMMARY:off
            STATUS:CANCELLED
            DTSTART:20261127T180000Z
            DTEND:20261127T190000Z
            end:vevent
            END:VCALENDAR
            """
        let calendar = try ICalendar(text)
        #expect(calendar.freezes.map(\.name) == ["Black Friday, all shops"])
        #expect(calendar.freezes.map(\.reason) == ["No changes; ask\nthe shop \\ team"])
        #expect(try spans(calendar, "America/New_York") == ["2026-11-27T17:00:00Z/60h"])
    }

    @Test("A line may be folded inside a character")
    func foldedBytes() throws {
        let bytes =
            Array("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261220\r\nSUMMARY:Jahresabschlu".utf8) + [
                0xc3, 0x0d, 0x0a, 0x20, 0x9f,
            ]
        let calendar = try ICalendar(
            utf8: [0xef, 0xbb, 0xbf] + bytes + Array("\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".utf8)
        )
        #expect(calendar.freezes.map(\.name) == ["Jahresabschluß"])
    }

    @Test(
        "Dates, floating times, zones, UTC and durations",
        arguments: [
            (["DTSTART;VALUE=DATE:20261224"], "Australia/Sydney", "2026-12-23T13:00:00Z/24h"),
            (["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20270102"], "UTC", "2026-12-24T00:00:00Z/216h"),
            (["DTSTART:20261224T180000", "DTEND:20261225T060000"], "Australia/Sydney", "2026-12-24T07:00:00Z/12h"),
            (["DTSTART:20261224T180000Z", "DTEND:20261225T060000Z"], "Australia/Sydney", "2026-12-24T18:00:00Z/12h"),
            (
                ["DTSTART;TZID=Europe/Berlin:20261224T180000", "DTEND:20261225T060000Z"], "UTC",
                "2026-12-24T17:00:00Z/13h"
            ),
            (["DTSTART:20261224T180000Z", "DURATION:PT36H"], "UTC", "2026-12-24T18:00:00Z/36h"),
            // A day across the change of clocks is a day by the clock; hours are elapsed.
            (["DTSTART;TZID=Europe/Berlin:20270327T120000", "DURATION:P1DT1H"], "UTC", "2027-03-27T11:00:00Z/24h"),
            (["DTSTART;TZID=Europe/Berlin:20270327T120000", "DURATION:PT24H"], "UTC", "2027-03-27T11:00:00Z/24h"),
            (["DTSTART;TZID=Europe/Berlin:20270327T120000", "DURATION:P1W"], "UTC", "2027-03-27T11:00:00Z/167h"),
        ]
    )
    func times(properties: [String], site: String, expected: String) throws {
        #expect(try spans(calendar(properties), site) == [expected])
    }

    @Test(
        "Recurrences",
        arguments: [
            ("20261224", "FREQ=YEARLY", ["2026-12-24", "2027-12-24", "2028-12-24", "2029-12-24"]),
            ("20240229", "FREQ=YEARLY", ["2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29"]),
            ("20261126", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["2026-11-26", "2027-11-25", "2028-11-23", "2029-11-22"]),
            ("20260518", "FREQ=YEARLY;BYDAY=20MO", ["2026-05-18", "2027-05-17", "2028-05-15", "2029-05-14"]),
            (
                "20261220", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20,31;COUNT=3",
                ["2026-12-20", "2026-12-31", "2027-12-20"]
            ),
            ("20260131", "FREQ=MONTHLY", ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]),
            ("20260131", "FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
            (
                "20260130", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2",
                ["2026-01-30", "2026-03-27", "2026-05-29", "2026-07-31"]
            ),
            (
                "20260213", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
                ["2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13"]
            ),
            (
                "20261103", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4",
                ["2026-11-03", "2026-11-08", "2026-11-17", "2026-11-22"]
            ),
            (
                "20261103", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4",
                ["2026-11-03", "2026-11-15", "2026-11-17", "2026-11-29"]
            ),
            ("20261103", "FREQ=WEEKLY;UNTIL=20261117", ["2026-11-03", "2026-11-10", "2026-11-17"]),
            ("20261103", "FREQ=DAILY;INTERVAL=3;UNTIL=20261110T120000Z", ["2026-11-03", "2026-11-06", "2026-11-09"]),
            (
                "20261130", "FREQ=DAILY;BYMONTH=11,12;COUNT=33",
                ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"]
            ),
        ]
    )
    func recurrences(start: String, rule: String, expected: [String]) throws {
        let found = try spans(calendar(["DTSTART;VALUE=DATE:\(start)", "RRULE:\(rule)"]))
        #expect(found.map { String($0.prefix(10)) } == expected)
    }

    @Test("A recurrence keeps its hour by the clock, ends with UNTIL's moment and leaves out EXDATE, in either form")
    func recurringTimes() throws {
        let properties = [
            "DTSTART;TZID=Europe/Berlin:20270326T200000", "DTEND;TZID=Europe/Berlin:20270327T060000",
            "RRULE:FREQ=DAILY;UNTIL=20270330T180000Z", "EXDATE;TZID=Europe/Berlin:20270328T200000,20270401T200000",
            "EXDATE:20270329T180000Z",
        ]
        let expected = ["2027-03-26T19:00:00Z/10h", "2027-03-27T19:00:00Z/9h", "2027-03-30T18:00:00Z/10h"]
        #expect(try spans(calendar(properties)) == expected)
    }

    @Test("A rule without an end holds long after it was written")
    func endless() throws {
        let weekly = try calendar(["DTSTART;VALUE=DATE:20000107", "RRULE:FREQ=WEEKLY"])
        #expect(try spans(weekly, after: "2150-01-01T12:00:00Z", 1) == ["2150-01-02T00:00:00Z/24h"])
    }

    @Test(
        "What cannot be understood is reported with its line, and the other events hold",
        arguments: [
            (["DTEND:20261225T060000Z"], "line 2: the event has no DTSTART"),
            (["DTSTART:20261224T180000Z"], "line 4: the event has no length: expected DTEND or DURATION"),
            (
                ["DTSTART:20261224T180000Z", "DTEND:20261224T180000Z"],
                "line 5: DTEND 20261224T180000Z is not after DTSTART"
            ),
            (
                ["DTSTART:20261224T180000", "DTEND:20261224T190000Z"],
                "line 5: DTEND 20261224T190000Z has a zone or has none, other than DTSTART"
            ),
            (["DTSTART:20261324T180000Z"], "line 4: DTSTART `20261324T180000Z` is not a time: \(timeForms)"),
            (["DTSTART;VALUE=DATE:20261224T180000"], "line 4: DTSTART `20261224T180000` is not a time: \(timeForms)"),
            (
                ["DTSTART;TZID=W. Europe Standard Time:20261224T180000"],
                "line 4: DTSTART: unknown time zone `W. Europe Standard Time`: expected an IANA name such as Europe/Berlin or UTC"
            ),
            (["DTSTART:20261224", "DTSTART:20261225"], "line 5: the event has DTSTART twice: expected it once"),
            (
                ["DTSTART:20261224", "nonsense"],
                "line 5: expected a property such as NAME:value of 65536 bytes at most"
            ),
            (
                ["DTSTART:20261224", "DURATION:P1H"],
                "line 5: DURATION `P1H` is not understood: expected one such as P7D or PT36H"
            ),
            (
                ["DTSTART:20261224", "DURATION:-P1D"],
                "line 5: DURATION `-P1D` is not understood: expected one such as P7D or PT36H"
            ),
            (
                ["DTSTART:20261224", "RDATE:20261226"],
                "line 5: RDATE is not understood here: give each such time as an event of its own"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=HOURLY"],
                "line 5: RRULE has FREQ=HOURLY: expected DAILY, WEEKLY, MONTHLY or YEARLY"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=DAILY;BYSETPOS=1"],
                "line 5: RRULE has `BYSETPOS=1`: expected BYDAY, BYMONTH, BYMONTHDAY, COUNT, FREQ, INTERVAL, UNTIL, WKST, each once at most"
            ),
            (["DTSTART:20261224", "RRULE:FREQ=DAILY;COUNT=0"], "line 5: RRULE has COUNT=0: expected 1 to 10000"),
            (
                ["DTSTART:20261224", "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101"],
                "line 5: RRULE has COUNT=2: expected COUNT or UNTIL, not both"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=WEEKLY;BYDAY=2TH"],
                "line 5: RRULE has BYDAY=2TH: expected days such as MO"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=MONTHLY;BYDAY=0TH"],
                "line 5: RRULE has BYDAY=0TH: expected days such as MO, 2TU or -1FR"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=YEARLY;BYMONTH=13"],
                "line 5: RRULE has BYMONTH=13: expected numbers that the calendar has"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-9223372036854775808"],
                "line 5: RRULE has BYMONTHDAY=-9223372036854775808: expected numbers that the calendar has"
            ),
            (
                ["DTSTART:20261224", "RRULE:FREQ=WEEKLY;BYDAY=MO"],
                "line 5: RRULE does not name DTSTART 2026-12-24T00:00:00 itself: move DTSTART to its first time"
            ),
        ]
    )
    func problems(properties: [String], message: String) throws {
        let good = ["END:VEVENT", "BEGIN:VEVENT", "SUMMARY:good", "DTSTART:20261224"]
        let calendar = try calendar(properties + good)
        #expect(calendar.problems.map(\.description) == [message])
        #expect(calendar.freezes.map(\.name) == ["good"])
        #expect(calendar.problems.count == 1)
    }

    @Test("An event without a name is reported")
    func nameless() throws {
        let calendar = try calendar(["DTSTART:20261224"], summary: "SUMMARY:")
        #expect(calendar.problems.map(\.description) == ["line 2: the event has no SUMMARY: a freeze needs a name"])
    }

    @Test(
        "A text that is no whole calendar is refused",
        arguments: [
            ("", "this is not an iCalendar text: expected BEGIN:VCALENDAR in its first line"),
            ("<html>", "this is not an iCalendar text: expected BEGIN:VCALENDAR in its first line"),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "the calendar ends within VCALENDAR, VEVENT: it is not whole"),
            ("BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2 of the calendar ends VEVENT, which was not begun last"),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\n", "line 3 of the calendar begins an event inside another"),
            (
                "BEGIN:VCALENDAR\n" + String(repeating: "BEGIN:VEVENT\nEND:VEVENT\n", count: 10_001)
                    + "END:VCALENDAR\n",
                "the calendar has more than 10000 events: split it"
            ),
            (
                String(repeating: "x", count: 8_388_609),
                "a calendar of 8388609 bytes is too long: expected 8388608 at most"
            ),
        ]
    )
    func refused(text: String, message: String) {
        let error = #expect(throws: ScheduleError.self) { try ICalendar(text) }
        #expect(error?.description == message)
    }
}
