import Domain
import Scheduling
import Testing
import Time

@Suite("When associations run, as SSM has it")
struct AssociationSettingsTests {
    private static let created = Timestamp(iso8601: "2026-03-01T10:20:30Z") ?? Timestamp(microseconds: 0)
    private static let calendar = OccurrenceTiming<AssociationSettings>.calendar

    private func settings(_ schedule: String?, offset: Int? = nil, onlyAtInterval: Bool? = nil) -> AssociationSettings {
        AssociationSettings(
            name: "AWS-RunPatchBaseline",
            targets: [CommandTarget(key: "InstanceIds", values: ["*"])],
            scheduleExpression: schedule,
            scheduleOffset: offset,
            applyOnlyAtCronInterval: onlyAtInterval
        )
    }

    @Test("The next occurrence is that of the schedule in UTC; without one there is none")
    func next() {
        func next(_ settings: AssociationSettings) -> String? {
            Self.calendar.next(settings, Self.created, Self.created)?.description
        }
        #expect(next(settings("cron(0 1 * * ? *)")) == "2026-03-02T01:00:00Z")
        #expect(next(settings("rate(30 minutes)")) == "2026-03-01T10:50:30Z")
        #expect(next(settings("at(2026-03-05T00:00:00)", onlyAtInterval: true)) == "2026-03-05T00:00:00Z")
        // The second Tuesday, and two days.
        let patchTuesday = settings("cron(0 2 ? * TUE#2 *)", offset: 2, onlyAtInterval: true)
        #expect(next(patchTuesday) == "2026-03-12T02:00:00Z")
        #expect(next(settings(nil)) == nil)
    }

    @Test("What SSM does not take is named")
    func problems() {
        func problem(_ settings: AssociationSettings) -> String {
            Self.calendar.problem(settings, Self.created) ?? ""
        }
        #expect(problem(settings(nil)).isEmpty && problem(settings("rate(31 days)")).isEmpty)
        #expect(problem(settings("rate(29 minutes)")).contains("every 30 minutes"))
        #expect(problem(settings("cron(0/15 * * * ? *)")).contains("every 30 minutes"))
        #expect(problem(settings("rate(32 days)")).contains("31 days"))
        #expect(problem(settings("rate(1 day)", onlyAtInterval: true)).contains("ApplyOnlyAtCronInterval"))
        #expect(problem(settings("cron(0 2 ? * TUE#2 *)", offset: 2)).contains("ApplyOnlyAtCronInterval"))
        #expect(problem(settings(nil, onlyAtInterval: true)).contains("schedule"))
        #expect(problem(settings("every day")).contains("every day"))
    }
}
