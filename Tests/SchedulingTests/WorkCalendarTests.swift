import Domain
import Scheduling
import Testing
import Time

@Suite("Whether work may start")
struct WorkCalendarTests {
    private static let office = Weekday.allCases.filter { $0 != .saturday && $0 != .sunday }

    private func calendar(
        _ expression: String = "cron(0 2 ? * TUE *)",
        zone: String = "Europe/Berlin",
        hours: Int = 3,
        cutoff: Int = 1,
        business: (String, String) = ("09:00", "17:00"),
        freezes: [(name: String, from: String, until: String)] = []
    ) throws -> WorkCalendar {
        let rule = WindowRule(
            opens: .schedule(expression),
            zone: .site,
            durationSeconds: hours * 3_600,
            cutoffSeconds: cutoff * 3_600
        )
        let spans = try Self.office.map {
            BusinessHours.Span($0, from: try time(business.0), until: try time(business.1))
        }
        let site = Site(
            name: "here",
            zone: try Zone(zone),
            businessHours: try BusinessHours(spans),
            freezes: try freezes.map {
                try Freeze(name: $0.name, reason: "audit", from: wall($0.from), until: wall($0.until))
            }
        )
        return WorkCalendar(window: try WindowCalendar(rule, siteZone: site.zone.name), site: site)
    }

    private func decision(_ calendar: WorkCalendar, _ minutes: Int, at text: String) throws -> String {
        switch try calendar.decision(on: .seconds(minutes * 60), at: moment(text)) {
        case .may: return "may"
        case .mayNot(let denials, let next):
            let zone = try Zone("Europe/Berlin")
            let next = next.map { "\(zone.localTime(at: $0))" } ?? "never"
            return denials.map { $0.text(in: zone) }.joined(separator: "; ") + "; next \(next)"
        }
    }

    @Test(
        "It starts in its window, before the cutoff, if it would end in time",
        arguments: [
            ("2026-11-03T01:00:00Z", 60, "may"),
            ("2026-11-03T02:59:59Z", 60, "may"),
            ("2026-11-03T01:00:00Z", 180, "may"),
            (
                "2026-11-03T00:59:00Z", 60,
                "the window is not open: it opens at 2026-11-03T02:00:00+01:00; next 2026-11-03T02:00:00+01:00"
            ),
            (
                "2026-11-03T03:00:00Z", 60,
                "past the window's cutoff, which was at 2026-11-03T04:00:00+01:00; next 2026-11-10T02:00:00+01:00"
            ),
            (
                "2026-11-03T01:01:00Z", 180,
                "would not end in time: the window closes at 2026-11-03T05:00:00+01:00; next 2026-11-10T02:00:00+01:00"
            ),
            (
                "2026-11-03T01:00:00Z", 181,
                "would not end in time: the window closes at 2026-11-03T05:00:00+01:00; next never"
            ),
            (
                "2026-11-03T03:30:00Z", 31,
                "past the window's cutoff, which was at 2026-11-03T04:00:00+01:00; "
                    + "would not end in time: the window closes at 2026-11-03T05:00:00+01:00; next 2026-11-10T02:00:00+01:00"
            ),
        ]
    )
    func window(at: String, minutes: Int, expected: String) throws {
        #expect(try decision(calendar(), minutes, at: at) == expected)
    }

    @Test("Business hours and freezes deny what the window allows, and every reason is told")
    func deny() throws {
        let daily = "cron(0 6 * * ? *)"
        let overlapping = try calendar(
            daily,
            hours: 5,
            cutoff: 0,
            freezes: [("quarter end", "2026-11-04", "2026-11-07T07:30")]
        )
        // Tuesday 06:00 to 11:00, business from 09:00.
        #expect(try decision(overlapping, 60, at: "2026-11-03T07:00:00Z") == "may")
        #expect(
            try decision(overlapping, 61, at: "2026-11-03T07:00:00Z")
                == "business hours until 2026-11-03T17:00:00+01:00; next 2026-11-07T07:30:00+01:00"
        )
        #expect(
            try decision(overlapping, 60, at: "2026-11-03T16:30:00Z")
                == "the window is not open: it opens at 2026-11-04T06:00:00+01:00; next 2026-11-07T07:30:00+01:00"
        )
        #expect(
            try decision(overlapping, 30, at: "2026-11-04T09:50:00Z")
                == "would not end in time: the window closes at 2026-11-04T11:00:00+01:00; "
                + "business hours until 2026-11-04T17:00:00+01:00; "
                + "freeze quarter end until 2026-11-07T07:30:00+01:00: audit; next 2026-11-07T07:30:00+01:00"
        )
    }

    @Test("What is denied for good has no next moment")
    func never() throws {
        let inside = try calendar("cron(0 10 ? * MON-FRI *)", business: ("00:00", "24:00"))
        let expected = "business hours until 2026-11-07T00:00:00+01:00; next never"
        #expect(try decision(inside, 30, at: "2026-11-03T09:00:00Z") == expected)
        let once = try calendar("at(2026-11-03T02:00:00)")
        #expect(
            try decision(once, 30, at: "2026-11-03T04:00:00Z")
                == "the window is not open and never opens again; next never"
        )
    }

    @Test(
        "No reboot of a whole year touches business hours, nights on which clocks are changed included",
        arguments: [
            "America/New_York", "Europe/Dublin", "Asia/Singapore", "Australia/Sydney", "Europe/London", "Europe/Berlin",
        ]
    )
    func year(name: String) throws {
        let nightly = try calendar("cron(0 2 * * ? *)", zone: name, hours: 8, cutoff: 0)
        let (zone, end, length) = (try Zone(name), try moment("2028-01-01T00:00:00Z"), Duration.seconds(5_400))
        var (at, count) = (try moment("2027-01-01T00:00:00Z"), 0)
        while let start = nightly.firstStart(of: length, from: at), start < end {
            let (first, last) = (zone.wallTime(at: start), zone.wallTime(at: start + length))
            #expect((0..<6).contains(first.secondOfDay / 3_600), "\(first)")
            #expect(last.secondOfDay <= 9 * 3_600, "\(last)")
            count += 1
            at = start + .seconds(12 * 3_600)
        }
        #expect((365...366).contains(count))
    }

    @Test("Work without length needs the moment itself")
    func instant() throws {
        let calendar = try calendar("cron(0 6 * * ? *)", hours: 5, cutoff: 0)
        #expect(try decision(calendar, 0, at: "2026-11-03T07:59:59Z") == "may")
        #expect(
            try decision(calendar, 0, at: "2026-11-03T08:00:00Z")
                == "business hours until 2026-11-03T17:00:00+01:00; next 2026-11-04T06:00:00+01:00"
        )
    }
}
