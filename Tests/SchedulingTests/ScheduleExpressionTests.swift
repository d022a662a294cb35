import Scheduling
import Testing
import Time

private func next(_ expression: String, after text: String, in zone: String = "UTC") throws -> String? {
    try ScheduleExpression(expression).next(after: moment(text), in: Zone(zone))?.description
}

@Suite("A schedule expression")
struct ScheduleExpressionTests {
    @Test(
        "Its next occurrence is strictly after the moment",
        arguments: [
            ("cron(0 2 ? * MON#1 *)", "2026-11-01T00:00:00Z", "2026-11-02T02:00:00Z"),
            ("cron(0 2 ? * MON#1 *)", "2026-11-02T02:00:00Z", "2026-12-07T02:00:00Z"),
            ("cron(0 2 ? * TUE#5 *)", "2026-10-01T00:00:00Z", "2026-12-29T02:00:00Z"),
            ("cron(15 10 ? * 6L *)", "2026-11-01T00:00:00Z", "2026-11-27T10:15:00Z"),
            ("cron(15 10 ? * MON-FRI *)", "2026-11-06T10:15:00Z", "2026-11-09T10:15:00Z"),
            ("cron(15 10 ? * FRI-MON *)", "2026-11-06T10:15:00Z", "2026-11-07T10:15:00Z"),
            ("cron(0 2 L * ? *)", "2027-02-01T00:00:00Z", "2027-02-28T02:00:00Z"),
            ("cron(0 2 L * ? *)", "2028-02-01T00:00:00Z", "2028-02-29T02:00:00Z"),
            ("cron(0 2 29 2 ? *)", "2026-01-01T00:00:00Z", "2028-02-29T02:00:00Z"),
            ("cron(0 2 31 * ? *)", "2026-11-01T00:00:00Z", "2026-12-31T02:00:00Z"),
            ("cron(0 2 15W * ? *)", "2026-11-01T00:00:00Z", "2026-11-16T02:00:00Z"),
            ("cron(0 2 1W * ? *)", "2026-07-31T03:00:00Z", "2026-08-03T02:00:00Z"),
            ("cron(0 2 LW * ? *)", "2026-10-01T00:00:00Z", "2026-10-30T02:00:00Z"),
            ("cron(*/20 9-10 * * ?)", "2026-11-01T09:40:00Z", "2026-11-01T10:00:00Z"),
            ("cron(5/20 9 * * ? *)", "2026-11-01T09:05:00Z", "2026-11-01T09:25:00Z"),
            ("cron(0 0 1 jan,jul ? 2027-2030)", "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            // Seconds come first when there are seven fields.
            ("cron(24 30 09 ? * * *)", "2026-11-01T09:30:23.5Z", "2026-11-01T09:30:24Z"),
            ("cron(24 30 09 ? * * *)", "2026-11-01T09:30:24Z", "2026-11-02T09:30:24Z"),
            ("cron(*/20 59 23 31 12 ? *)", "2026-12-31T23:59:40Z", "2027-12-31T23:59:00Z"),
            ("cron(0 2 ? * L *)", "2026-11-01T00:00:00Z", "2026-11-07T02:00:00Z"),
            ("cron(0 2 ? * 3#3,6L *)", "2026-11-17T02:00:00Z", "2026-11-27T02:00:00Z"),
            ("cron(0 2 1,L * ? *)", "2026-11-01T02:00:00Z", "2026-11-30T02:00:00Z"),
            ("cron(0 2 31W * ? *)", "2026-11-01T00:00:00Z", "2026-12-31T02:00:00Z"),
            ("cron(0 2 28-3/2 * ? *)", "2027-02-28T03:00:00Z", "2027-03-01T02:00:00Z"),
            ("cron(0 0 1 1 ? 2100-2199/50)", "2026-11-01T00:00:00Z", "2100-01-01T00:00:00Z"),
            // 2100 is no leap year.
            ("cron(0 2 29 2 ? *)", "2096-03-01T00:00:00Z", "2104-02-29T02:00:00Z"),
            ("cron(59 23 31 12 ? *)", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
            ("cron(0 0 * * ? *)", "1960-06-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("rate(7 days)", "1970-01-05T00:00:00Z", "1970-01-08T00:00:00Z"),
            ("rate(1 hour)", "2026-11-01T09:00:00Z", "2026-11-01T10:00:00Z"),
            ("at(2026-11-23T02:00:00)", "2026-11-23T01:59:59.9Z", "2026-11-23T02:00:00Z"),
        ]
    )
    func next(expression: String, after: String, expected: String) throws {
        #expect(try SchedulingTests.next(expression, after: after) == expected)
    }

    @Test("What never comes again is nil")
    func never() throws {
        #expect(try SchedulingTests.next("at(2026-11-23T02:00:00)", after: "2026-11-23T02:00:00Z") == nil)
        #expect(try SchedulingTests.next("cron(0 2 30 2 ? *)", after: "2026-01-01T00:00:00Z") == nil)
        #expect(try SchedulingTests.next("cron(0 2 1 1 ? 2025)", after: "2026-01-01T00:00:00Z") == nil)
    }

    @Test(
        "A wall-clock time keeps its hour across the change of offset",
        arguments: [
            // Clocks skip 02:30 in Berlin on 2027-03-28: the first moment after the gap.
            ("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z"),
            ("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"),
            // They show 02:30 twice on 2027-10-31: the first only.
            ("cron(30 2 * * ? *)", "Europe/Berlin", "2027-10-30T12:00:00Z", "2027-10-31T00:30:00Z"),
            ("cron(30 2 * * ? *)", "Europe/Berlin", "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"),
            ("cron(0 2 ? * SUN *)", "America/New_York", "2027-03-13T12:00:00Z", "2027-03-14T07:00:00Z"),
            ("cron(0 1 ? * SUN *)", "America/New_York", "2027-11-06T12:00:00Z", "2027-11-07T05:00:00Z"),
            ("cron(0 2 ? * TUE *)", "Australia/Sydney", "2026-11-01T00:00:00Z", "2026-11-02T15:00:00Z"),
            // A day that Samoa never had.
            ("at(2011-12-30T12:00:00)", "Pacific/Apia", "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z"),
            // Lord Howe's change is half an hour.
            ("at(2027-10-03T02:15:00)", "Australia/Lord_Howe", "2027-09-01T00:00:00Z", "2027-10-02T15:30:00Z"),
            ("at(2027-04-04T01:45:00)", "Australia/Lord_Howe", "2027-03-01T00:00:00Z", "2027-04-03T14:45:00Z"),
            // In Chatham clocks are changed at a quarter to three.
            ("cron(0 3 ? * SUN *)", "Pacific/Chatham", "2027-09-25T00:00:00Z", "2027-09-25T14:00:00Z"),
            ("cron(0 2 * * ? *)", "Asia/Kathmandu", "2027-09-25T00:00:00Z", "2027-09-25T20:15:00Z"),
            // Twenty-four hourly times that never were are one occurrence; the hour that is shown twice has its times once.
            ("cron(0 * 30 12 ? 2011)", "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"),
            ("cron(*/10 * * * ? *)", "Europe/Berlin", "2027-10-31T00:50:00Z", "2027-10-31T02:00:00Z"),
            ("cron(*/10 * * * ? *)", "Europe/Berlin", "2027-10-31T01:25:00Z", "2027-10-31T02:00:00Z"),
            // rate() is elapsed time.
            ("rate(1 hour)", "Europe/Berlin", "2027-10-31T00:30:00Z", "2027-10-31T01:00:00Z"),
        ]
    )
    func offsets(expression: String, zone: String, after: String, expected: String) throws {
        #expect(try SchedulingTests.next(expression, after: after, in: zone) == expected)
    }

    private static let weekdays =
        "expected 1 to 7 or SUN to SAT, L, a day with L such as 6L or a day with # and 1 to 5 such as TUE#3"
    private static let days = "expected 1 to 31, L, LW or a day with W such as 15W"

    @Test(
        "What cannot be understood says what was expected",
        arguments: [
            ("0 2 * * *", "`0 2 * * *` is not a schedule: expected cron(…), rate(…) or at(…)"),
            (
                "cron(0 2 * *)",
                "`cron(0 2 * *)` has 4 fields: expected minutes, hours, day of month, month, day of week, year, and before them "
                    + "seconds if there are seven"
            ),
            ("cron(60 2 * * ? *)", "`60` is not a value of the field minutes: expected 0 to 59"),
            ("cron(61 0 2 * * ? *)", "`61` is not a value of the field seconds: expected 0 to 59"),
            ("cron(0 9-24 * * ? *)", "`9-24` is not a value of the field hours: expected 0 to 23"),
            ("cron(0 2 ? * MO *)", "`MO` is not a value of the field day of week: \(weekdays)"),
            ("cron(0 2 ? * MON#6 *)", "`MON#6` is not a value of the field day of week: \(weekdays)"),
            ("cron(0 2 ? * 1W *)", "`1W` is not a value of the field day of week: \(weekdays)"),
            ("cron(0 2 32W * ? *)", "`32W` is not a value of the field day of month: \(days)"),
            ("cron(0 2 1#2 * ? *)", "`1#2` is not a value of the field day of month: \(days)"),
            ("cron(0 2 ? 13 MON *)", "`13` is not a value of the field month: expected 1 to 12 or JAN to DEC"),
            ("cron(0 2 ? * MON 2030-2027)", "`2030-2027` is not a value of the field year: expected 1970 to 2199"),
            (
                "cron(0 2 * * MON *)",
                "`cron(0 2 * * MON *)` names two days: one of day of month and day of week must be `?`"
            ),
            ("cron(0 2 ? * ? *)", "`cron(0 2 ? * ? *)` names no day: only one of day of month and day of week is `?`"),
            ("cron(0/0 2 * * ? *)", "`0/0` has no step in the field minutes: expected 1 to 59 after the slash"),
            (
                "rate(1 days)",
                "`rate(1 days)` has no such unit: expected minute, hour or day after 1, minutes, hours or days otherwise"
            ),
            ("cron(*/90 2 * * ? *)", "`*/90` has no step in the field minutes: expected 1 to 59 after the slash"),
            (
                "rate(0 days)",
                "`rate(0 days)` is not a rate: expected a number from 1 to 1000000 and a unit such as rate(7 days)"
            ),
            ("at(2026-11-23T02:00)", "`at(2026-11-23T02:00)` is not a time: expected at(YYYY-MM-DDThh:mm:ss)"),
            (
                "rate(\(String(repeating: "7", count: 251)))",
                "a schedule of 257 bytes is too long: expected 256 at most"
            ),
            ("at(2026-02-30T00:00:00)", "`at(2026-02-30T00:00:00)` is not a time: expected at(YYYY-MM-DDThh:mm:ss)"),
        ]
    )
    func wrong(text: String, message: String) {
        let error = #expect(throws: ScheduleError.self) { try ScheduleExpression(text) }
        #expect(error?.description == message)
    }

    @Test("Twenty-four hours that never were are over at once")
    func missingDay() throws {
        #expect(
            try SchedulingTests.next("cron(0 * 30 12 ? 2011)", after: "2011-12-30T10:00:00Z", in: "Pacific/Apia") == nil
        )
    }

    @Test("A rate counts from its anchor, which is its first occurrence")
    func anchor() throws {
        let rate = try ScheduleExpression("rate(7 days)")
        let (anchor, utc) = (try moment("2026-11-03T10:30:00.25Z"), try Zone("UTC"))
        let later = try moment("2026-11-10T10:30:00.25Z")
        #expect(try rate.next(after: moment("2026-11-01T00:00:00Z"), in: utc, anchor: anchor) == anchor)
        #expect(rate.next(after: anchor, in: utc, anchor: anchor) == later)
        #expect(rate.next(after: later - .microseconds(1), in: utc, anchor: anchor) == later)
    }

    @Test("A zone is an IANA name", arguments: ["CEST", "GMT+3", "Europe/Nowhere", ""])
    func zones(name: String) {
        #expect(throws: ScheduleError.self) { try Zone(name) }
    }
}
