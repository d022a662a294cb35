import Domain
import Scheduling
import Testing
import Time

@Suite("A maintenance window's settings, as SSM has them")
struct WindowSettingsTests {
    private static let created = Timestamp(iso8601: "2026-03-01T10:20:30.5Z") ?? Timestamp(microseconds: 0)

    private func settings(_ schedule: String, zone: String? = nil, from start: String? = nil, to end: String? = nil)
        -> WindowSettings
    {
        WindowSettings(
            name: "patching",
            startDate: start,
            endDate: end,
            schedule: schedule,
            scheduleTimezone: zone,
            duration: 4,
            cutoff: 1,
            allowUnassociatedTargets: false
        )
    }

    private func next(_ settings: WindowSettings) throws -> String? {
        let next = OccurrenceTiming<WindowSettings>.calendar.next(settings, Self.created, Self.created)
        return try next.map { try settings.text(of: $0) }
    }

    @Test("The next opening is told in the window's zone, without what is zero")
    func texts() throws {
        #expect(try next(settings("cron(0 9 * * ? *)", zone: "America/Chicago")) == "2026-03-01T09:00-06:00")
        #expect(try next(settings("cron(24 30 09 ? * * *)")) == "2026-03-02T09:30:24Z")
        #expect(try next(settings("at(2026-05-14T15:55:00)")) == "2026-05-14T15:55Z")
        #expect(try next(settings("rate(7 days)")) == "2026-03-08T10:20:30.5Z")
        #expect(try next(settings("at(2026-02-14T15:55:00)")) == nil)
    }

    @Test("Dates are moments, or days of UTC; a rate counts from a start date that is to come")
    func dates() throws {
        #expect(try next(settings("rate(2 hours)", from: "2026-04-01T00:00:00-05:00")) == "2026-04-01T05:00Z")
        #expect(try next(settings("rate(2 hours)", from: "2026-04-01")) == "2026-04-01T00:00Z")
        #expect(try next(settings("rate(2 hours)", from: "2020-01-01")) == "2026-03-01T12:20:30.5Z")
        #expect(try next(settings("rate(7 days)", to: "2026-03-05")) == nil)
        var disabled = settings("rate(7 days)")
        disabled.enabled = false
        #expect(try next(disabled) == nil)
    }

    @Test("What is wrong is named")
    func problems() {
        func problem(_ settings: WindowSettings) -> String {
            OccurrenceTiming<WindowSettings>.calendar.problem(settings, Self.created) ?? ""
        }
        #expect(problem(settings("cron(0 9 * * ? *)")).isEmpty)
        #expect(problem(settings("cron(0 9 * *)")).contains("cron"))
        #expect(problem(settings("rate(4 minutes)")).contains("every 5 minutes"))
        #expect(problem(settings("rate(5 minutes)")).isEmpty)
        #expect(problem(settings("rate(7 days)", zone: "Mars/North")).contains("Mars/North"))
        #expect(problem(settings("rate(7 days)", from: "soon")).contains("`soon` is not a date"))
        var wrong = settings("rate(7 days)")
        wrong.cutoff = 4
        #expect(problem(wrong).contains("cutoff of 4 hours"))
        wrong = settings("rate(7 days)")
        wrong.scheduleOffset = 2
        #expect(problem(wrong).contains("cron"))
    }
}
