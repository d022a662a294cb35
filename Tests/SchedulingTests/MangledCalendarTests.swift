import Scheduling
import Testing
import Time

@Suite("Mangled calendars")
struct MangledCalendarTests {
    @Test("What is mangled is read or refused, whatever it says", arguments: 1...200)
    func mangled(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = Array(
            """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            SUMMARY;X="a:b":x\\, y
            DTSTART;TZID=Europe/Berlin:20270326T200000
            DURATION:P1DT2H
            RRULE:FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2;COUNT=9;BYMONTH=1,3,5
            EXDATE;TZID=Europe/Berlin:20270528T200000
            END:VEVENT
            BEGIN:VEVENT
            SUMMARY:z
            DTSTART;VALUE=DATE:20261224
            DTEND;VALUE=DATE:20270102
            RRULE:FREQ=YEARLY;UNTIL=20401231
            END:VEVENT
            END:VCALENDAR
            """.utf8
        )
        let pieces = ["9", "0", "-", ";", ":", "=", ",", "T", "Z", "\\", "\"", "\n ", "\n", "W", "99999999", "-1", "é"]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 16..<bytes.count, using: &random)
            let length = Int.random(in: 0...3, using: &random)
            let piece = try random.one(of: pieces)
            bytes.replaceSubrange(place..<min(place + length, bytes.count), with: Array(piece.utf8))
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(ScheduleError) {
            let calendar = try ICalendar(utf8: bytes)
            #expect(calendar.freezes.count + calendar.problems.count <= 2, "seed \(seed): \(text)")
            for freeze in calendar.freezes {
                for at in ["1970-01-01T00:00:00Z", "2027-06-01T00:00:00Z", "2190-01-01T00:00:00Z"].compactMap(
                    Timestamp.init(iso8601:)
                ) {
                    let span = freeze.firstSpan(endingAfter: at, siteZone: try Zone("America/New_York"))
                    #expect(span.map { $0.upperBound > at && !$0.isEmpty } ?? true, "seed \(seed): \(text)")
                }
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }
}
