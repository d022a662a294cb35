import Domain
import Scheduling
import Testing
import Time

private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

private func occurrence(
    _ rule: WindowRule,
    site: String = "Europe/Berlin",
    at text: String
) throws -> WindowOccurrence? {
    try WindowCalendar(rule, siteZone: site).occurrence(at: moment(text))
}

@Suite("A window")
struct WindowCalendarTests {
    private let tuesday = WindowRule(
        opens: .schedule("cron(0 2 ? * TUE *)"),
        zone: .site,
        durationSeconds: 3 * 3_600,
        cutoffSeconds: 3_600
    )

    @Test("Before its opening it is the next one, in the site's night")
    func next() throws {
        let expected = WindowOccurrence(
            opens: try moment("2026-11-03T01:00:00Z"),
            cutoff: try moment("2026-11-03T03:00:00Z"),
            closes: try moment("2026-11-03T04:00:00Z")
        )
        #expect(try occurrence(tuesday, at: "2026-11-02T12:00:00Z") == expected)
        #expect(
            try occurrence(tuesday, site: "UTC", at: "2026-11-02T12:00:00Z")?.opens == moment("2026-11-03T02:00:00Z")
        )
    }

    @Test("From its opening to its cutoff it is the one that is open, after the cutoff the next one")
    func open() throws {
        #expect(try occurrence(tuesday, at: "2026-11-03T01:00:00Z")?.opens == moment("2026-11-03T01:00:00Z"))
        #expect(try occurrence(tuesday, at: "2026-11-03T02:59:59Z")?.opens == moment("2026-11-03T01:00:00Z"))
        #expect(try occurrence(tuesday, at: "2026-11-03T03:00:00Z")?.opens == moment("2026-11-10T01:00:00Z"))
    }

    @Test("It lasts as long by elapsed time when clocks change inside it")
    func elapsed() throws {
        let night = WindowRule(
            opens: .schedule("cron(0 1 ? * SUN *)"),
            zone: .named("America/New_York"),
            durationSeconds: 4 * 3_600,
            cutoffSeconds: 0
        )
        for (at, opens, closes) in [
            ("2027-03-13T12:00:00Z", "2027-03-14T06:00:00Z", "2027-03-14T10:00:00Z"),
            ("2027-11-06T12:00:00Z", "2027-11-07T05:00:00Z", "2027-11-07T09:00:00Z"),
        ] {
            let found = try #require(try occurrence(night, at: at))
            #expect(found.opens == (try moment(opens)))
            #expect(found.closes == (try moment(closes)))
        }
    }

    @Test("`now` opens at once, and `at` never again")
    func nowAndAt() throws {
        let now = WindowRule(opens: .now, zone: .site, durationSeconds: 3_600, cutoffSeconds: 600)
        let found = try #require(try occurrence(now, at: "2026-11-03T01:00:00Z"))
        #expect(found.opens == (try moment("2026-11-03T01:00:00Z")))
        #expect(found.cutoff == (try moment("2026-11-03T01:50:00Z")))
        let once = WindowRule(
            opens: .schedule("at(2026-11-03T02:00:00)"),
            zone: .site,
            durationSeconds: 3_600,
            cutoffSeconds: 0
        )
        #expect(try occurrence(once, at: "2026-11-03T01:30:00Z")?.opens == moment("2026-11-03T01:00:00Z"))
        #expect(try occurrence(once, at: "2026-11-03T02:00:00Z") == nil)
    }
}
