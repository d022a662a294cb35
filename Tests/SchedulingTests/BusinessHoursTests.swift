import Scheduling
import Testing
import Time

private func hours(_ spans: [(Weekday, String, String)]) throws -> BusinessHours {
    try BusinessHours(spans.map { try BusinessHours.Span($0.0, from: time($0.1), until: time($0.2)) })
}

private func span(_ hours: BusinessHours, _ zone: String, endingAfter text: String) throws -> String? {
    try hours.firstSpan(endingAfter: moment(text), in: Zone(zone)).map { "\($0.lowerBound) to \($0.upperBound)" }
}

@Suite("Business hours")
struct BusinessHoursTests {
    private let week: [(Weekday, String, String)] = [
        (.monday, "09:00", "17:00"), (.tuesday, "09:00", "12:30"), (.tuesday, "12:00", "17:00"),
        (.friday, "22:00", "06:00"),
    ]

    @Test("The span that is going on, or else the next, ends after the moment")
    func spans() throws {
        let hours = try hours(week)
        for (at, expected) in [
            ("2026-11-02T00:00:00Z", "2026-11-02T08:00:00Z to 2026-11-02T16:00:00Z"),
            ("2026-11-02T15:59:59.9Z", "2026-11-02T08:00:00Z to 2026-11-02T16:00:00Z"),
            // Spans that overlap are one.
            ("2026-11-02T16:00:00Z", "2026-11-03T08:00:00Z to 2026-11-03T16:00:00Z"),
            // One that ends on the next day.
            ("2026-11-07T04:00:00Z", "2026-11-06T21:00:00Z to 2026-11-07T05:00:00Z"),
            ("2026-11-07T05:00:00Z", "2026-11-09T08:00:00Z to 2026-11-09T16:00:00Z"),
        ] {
            #expect(try span(hours, "Europe/Berlin", endingAfter: at) == expected)
        }
    }

    @Test("They pass the end of the week, and may be always or never")
    func wholeWeek() throws {
        let weekend = try hours([(.saturday, "12:00", "00:00"), (.sunday, "00:00", "12:00")])
        let expected = "2026-11-07T12:00:00Z to 2026-11-08T12:00:00Z"
        #expect(try span(weekend, "UTC", endingAfter: "2026-11-07T23:00:00Z") == expected)
        #expect(try span(weekend, "UTC", endingAfter: "2026-11-08T01:00:00Z") == expected)
        #expect(try span(.none, "UTC", endingAfter: "2026-11-08T01:00:00Z") == nil)
        let always = try hours(Weekday.allCases.map { ($0, "00:00", "24:00") })
        let now = try moment("2026-11-08T01:00:00Z")
        let all = try #require(try always.firstSpan(endingAfter: now, in: Zone("Europe/Berlin")))
        #expect(all.contains(now) && all.upperBound == Timestamp(microseconds: .max))
    }

    @Test(
        "They are what clocks show: longer or shorter when clocks are changed in them, twice if shown twice, never if skipped"
    )
    func clocks() throws {
        let night = try hours([(.sunday, "01:00", "04:00")])
        #expect(
            try span(night, "Europe/Berlin", endingAfter: "2027-03-27T12:00:00Z")
                == "2027-03-28T00:00:00Z to 2027-03-28T02:00:00Z"
        )
        #expect(
            try span(night, "Europe/Berlin", endingAfter: "2027-10-30T12:00:00Z")
                == "2027-10-30T23:00:00Z to 2027-10-31T03:00:00Z"
        )
        let half = try hours([(.sunday, "02:00", "02:30")])
        let first = "2027-10-31T00:00:00Z to 2027-10-31T00:30:00Z"
        #expect(try span(half, "Europe/Berlin", endingAfter: "2027-10-30T12:00:00Z") == first)
        let second = "2027-10-31T01:00:00Z to 2027-10-31T01:30:00Z"
        #expect(try span(half, "Europe/Berlin", endingAfter: "2027-10-31T00:30:00Z") == second)
        #expect(
            try span(half, "Europe/Berlin", endingAfter: "2027-03-27T12:00:00Z")
                == "2027-04-04T00:00:00Z to 2027-04-04T00:30:00Z"
        )
    }

    @Test("A span needs a length, and a time of the day two digits each")
    func refused() throws {
        let error = #expect(throws: ScheduleError.self) { try hours([(.monday, "09:00", "09:00")]) }
        #expect(
            error?.description
                == "business hours on monday from 09:00 to 09:00 have no length: expected two times of the day, such as "
                + "00:00 to 24:00 for all of it"
        )
        #expect(throws: ScheduleError.self) { try hours([(.monday, "24:00", "09:00")]) }
        for text in ["9:00", "09:60", "24:01", "25:00", "0900", "+9:00", "09:00:00", ""] {
            #expect(TimeOfDay(text) == nil, "\(text)")
        }
        #expect(TimeOfDay("24:00")?.minutes == 1_440)
    }
}
