import Domain
import Scheduling
import Testing
import Time

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

    @Test("What is open is open past its cutoff; of overlapping occurrences the one that opened last counts")
    func openPastCutoff() throws {
        let calendar = try WindowCalendar(tuesday, siteZone: "UTC")
        #expect(try calendar.open(at: moment("2026-11-03T04:59:59Z"))?.opens == moment("2026-11-03T02:00:00Z"))
        #expect(try calendar.open(at: moment("2026-11-03T05:00:00Z")) == nil)
        let hourly = WindowRule(
            opens: .schedule("rate(1 hour)"),
            zone: .site,
            durationSeconds: 7_200,
            cutoffSeconds: 5_400
        )
        let overlapping = try WindowCalendar(hourly, siteZone: "UTC")
        #expect(try overlapping.open(at: moment("2026-11-03T02:59:00Z"))?.opens == moment("2026-11-03T02:00:00Z"))
        let each = WindowRule(
            opens: .schedule("cron(* * 9 3 11 ? 2026)"),
            zone: .site,
            durationSeconds: 86_400,
            cutoffSeconds: 0
        )
        for (at, opens) in [
            ("2026-11-03T09:30:00.5Z", "2026-11-03T09:30:00Z"), ("2026-11-04T09:59:58Z", "2026-11-03T09:59:59Z"),
        ] {
            #expect(try WindowCalendar(each, siteZone: "UTC").open(at: moment(at))?.opens == moment(opens))
        }
    }

    @Test("The next ones, from the one that is open on, in UTC and local time, with the change of clocks")
    func upcoming() throws {
        let rule = WindowRule(
            opens: .schedule("cron(0 1 ? * SUN *)"),
            zone: .site,
            durationSeconds: 3 * 3_600,
            cutoffSeconds: 3_600
        )
        let zone = try Zone("Europe/Berlin")
        let calendar = try WindowCalendar(rule, siteZone: zone.name)
        let windows = try calendar.occurrences(from: moment("2027-03-21T00:30:00Z")).prefix(3).map {
            LocalWindow($0, in: zone)
        }
        #expect(
            windows.map(\.occurrence.opens.description) == [
                "2027-03-21T00:00:00Z", "2027-03-28T00:00:00Z", "2027-04-03T23:00:00Z",
            ]
        )
        #expect(windows.map(\.opens.description).last == "2027-04-04T01:00:00+02:00")
        #expect(windows.map(\.clockChangeSeconds) == [0, 3_600, 0])
        #expect(windows[1].cutoff.description == "2027-03-28T04:00:00+02:00")
        #expect(windows[1].closes.description == "2027-03-28T05:00:00+02:00")
        let autumn = try #require(try calendar.next(after: moment("2027-10-25T00:00:00Z")))
        #expect(LocalWindow(autumn, in: zone).clockChangeSeconds == -3_600)
    }

    @Test("Clocks that are changed just when a window closes or opens are not changed within it")
    func clocksAtTheEdge() throws {
        let zone = try Zone("Europe/Berlin")
        let change = try moment("2027-03-28T01:00:00Z")
        for opening in [change, change - .seconds(3_600)] {
            let occurrence = WindowOccurrence(opening: opening, durationSeconds: 3_600, cutoffSeconds: 0)
            #expect(LocalWindow(occurrence, in: zone).clockChangeSeconds == 0)
        }
    }

    @Test("A year of nights has one window for each, and a window that opens at once or never again ends the list")
    func yearAhead() throws {
        let rule = WindowRule(
            opens: .schedule("cron(30 2 * * ? *)"),
            zone: .site,
            durationSeconds: 3_600,
            cutoffSeconds: 0
        )
        let end = try moment("2028-01-01T00:00:00Z")
        for zone in ["Europe/London", "America/New_York", "Asia/Singapore", "Australia/Sydney"] {
            let nights = try WindowCalendar(rule, siteZone: zone).occurrences(from: moment("2027-01-01T00:00:00Z"))
                .prefix { $0.opens < end }
            #expect(nights.count == 365, "\(zone)")
        }
        let now = try moment("2027-01-01T00:00:00Z")
        let atOnce = WindowRule(opens: .now, zone: .site, durationSeconds: 3_600, cutoffSeconds: 0)
        #expect(try WindowCalendar(atOnce, siteZone: "UTC").occurrences(from: now).map(\.opens) == [now])
        let past = WindowRule(
            opens: .schedule("at(2020-01-01T00:00:00)"),
            zone: .site,
            durationSeconds: 60,
            cutoffSeconds: 0
        )
        #expect(try Array(WindowCalendar(past, siteZone: "UTC").occurrences(from: now)).isEmpty)
    }
}
