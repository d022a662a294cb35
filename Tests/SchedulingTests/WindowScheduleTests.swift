import Domain
import Scheduling
import Testing
import Time

private func schedule(
    _ expression: String,
    in zone: String = "UTC",
    offsetDays: Int? = nil,
    from startDate: String? = nil,
    to endDate: String? = nil,
    created: String = "2026-01-01T00:00:00Z",
    isEnabled: Bool = true
) throws -> WindowSchedule {
    try WindowSchedule(
        ScheduleExpression(expression),
        zone: Zone(zone),
        offsetDays: offsetDays,
        startDate: startDate.map(moment),
        endDate: endDate.map(moment),
        created: moment(created),
        isEnabled: isEnabled
    )
}

extension WindowSchedule {
    fileprivate func next(after text: String) throws -> String? { try next(after: moment(text))?.description }
}

@Suite("A window's schedule, as SSM has it")
struct WindowScheduleTests {
    @Test(
        "An offset shifts by whole days at the same wall-clock time, into the next month or year and across a change of clocks"
    )
    func offset() throws {
        let patchTuesday = try schedule("cron(30 23 ? * TUE#3 *)", offsetDays: 2)
        #expect(try patchTuesday.next(after: "2026-11-01T00:00:00Z") == "2026-11-19T23:30:00Z")
        #expect(try patchTuesday.next(after: "2026-11-18T00:00:00Z") == "2026-11-19T23:30:00Z")
        #expect(try patchTuesday.next(after: "2026-11-19T23:30:00Z") == "2026-12-17T23:30:00Z")
        #expect(
            try schedule("cron(0 2 L * ? *)", offsetDays: 6).next(after: "2026-12-31T12:00:00Z")
                == "2027-01-06T02:00:00Z"
        )
        // Friday before the change plus two days: skipped hour, so the end of the gap.
        let berlin = try schedule("cron(30 2 ? * FRI *)", in: "Europe/Berlin", offsetDays: 2)
        #expect(try berlin.next(after: "2027-03-26T12:00:00Z") == "2027-03-28T01:00:00Z")
    }

    @Test("A base day that was over when the window was created is not shifted into its future")
    func offsetAtCreation() throws {
        let base = "cron(0 2 ? * TUE#3 *)"
        let before = try schedule(base, offsetDays: 2, created: "2026-11-17T01:59:59Z")
        #expect(try before.next(after: "2026-11-17T01:59:59Z") == "2026-11-19T02:00:00Z")
        let after = try schedule(base, offsetDays: 2, created: "2026-11-18T00:00:00Z")
        #expect(try after.next(after: "2026-11-18T00:00:00Z") == "2026-12-17T02:00:00Z")
    }

    @Test("Nothing opens before the start date, from the end date on, or while it is disabled")
    func bounds() throws {
        let nightly = "cron(0 2 * * ? *)"
        let bound = try schedule(nightly, from: "2026-11-03T02:00:00Z", to: "2026-11-05T02:00:00Z")
        #expect(try bound.next(after: "2026-11-01T00:00:00Z") == "2026-11-03T02:00:00Z")
        #expect(try bound.next(after: "2026-11-03T02:00:00Z") == "2026-11-04T02:00:00Z")
        #expect(try bound.next(after: "2026-11-04T02:00:00Z") == nil)
        #expect(try schedule(nightly, isEnabled: false).next(after: "2026-11-01T00:00:00Z") == nil)
        #expect(
            try schedule("at(2026-11-02T02:00:00)", from: "2026-11-03T02:00:00Z").next(after: "2026-11-01T00:00:00Z")
                == nil
        )
    }

    @Test("A rate counts from its start date, or from its creation if that is later")
    func rate() throws {
        let future = try schedule("rate(7 days)", from: "2026-11-03T10:30:00Z")
        #expect(try future.next(after: "2026-11-01T00:00:00Z") == "2026-11-03T10:30:00Z")
        #expect(try future.next(after: "2026-11-03T10:30:00Z") == "2026-11-10T10:30:00Z")
        let past = try schedule("rate(7 days)", from: "2025-06-01T00:00:00Z", created: "2026-01-01T12:00:00Z")
        #expect(try past.next(after: "2026-01-01T12:00:00Z") == "2026-01-08T12:00:00Z")
    }

    @Test("What SSM does not allow says what is")
    func refused() throws {
        for days in [0, 7] {
            let error = #expect(throws: ScheduleError.self) { try schedule("cron(0 2 * * ? *)", offsetDays: days) }
            #expect(error?.description == "a schedule offset of \(days) days is out of range: expected 1 to 6")
        }
        let rate = #expect(throws: ScheduleError.self) { try schedule("rate(7 days)", offsetDays: 2) }
        #expect(rate?.description == "a schedule offset of 2 days is for cron(…) alone: leave it out")
        let dates = #expect(throws: ScheduleError.self) {
            try schedule("rate(7 days)", from: "2026-11-03T00:00:00Z", to: "2026-11-03T00:00:00Z")
        }
        #expect(
            dates?.description == "the end date 2026-11-03T00:00:00Z is not after the start date 2026-11-03T00:00:00Z"
        )
        let nightly = try schedule("cron(0 2 * * ? *)")
        for (duration, cutoff, message) in [
            (0, 0, "a duration of 0 hours is out of range: expected 1 to 24"),
            (25, 0, "a duration of 25 hours is out of range: expected 1 to 24"),
            (3, 3, "a cutoff of 3 hours is out of range: expected 0 to 2, less than the duration"),
        ] {
            let error = #expect(throws: ScheduleError.self) {
                try WindowCalendar(nightly, durationHours: duration, cutoffHours: cutoff)
            }
            #expect(error?.description == message)
        }
    }

    @Test("An occurrence starts once, not beside the one before it, and is not made up for")
    func start() throws {
        let window = try WindowCalendar(schedule("cron(0 2 * * ? *)"), durationHours: 3, cutoffHours: 1)
        let occurrence = try #require(try window.next(after: moment("2026-11-03T00:00:00Z")))
        for (at, isActive, expected) in [
            ("2026-11-03T01:59:59Z", true, OccurrenceStart.waits), ("2026-11-03T02:00:00Z", false, .starts),
            ("2026-11-03T03:59:59Z", false, .starts), ("2026-11-03T02:00:00Z", true, .skippedOverlapping),
            ("2026-11-03T04:00:00Z", false, .missed), ("2026-11-03T04:00:00Z", true, .missed),
        ] {
            #expect(try occurrence.start(at: moment(at), previousIsActive: isActive) == expected, "\(at)")
        }
    }
}
