import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Scheduling
import Testing
import Time
import Workflows

@Suite("Rehearsals")
struct RehearsalTests {
    private static let hosts = 50

    private let policy: Policy
    private let definition: WorkflowDefinition

    init() throws {
        policy = try ShippedPolicy.read().policy
        let library = try WorkflowLibrary(folder: Repository.root + "/workflows")
        let shipped = try #require(library.all.first { $0.definition.name == "monthly-patch-cycle" }).definition
        var book = PolicyBook()
        book.evolve(.applied(policy, digest: "d", by: "ana", at: Timestamp(microseconds: 0)))
        definition = try shipped.completed(by: book)
    }

    private var fleet: [FleetGroup] {
        policy.sites.flatMap { site in
            policy.groups.map { FleetGroup(site: site.name, patchGroup: $0, nodes: Self.hosts) }
        }
    }

    private func rehearse(_ policy: Policy, from text: String, minutes: Int = 10) throws -> RehearsalView {
        let start = try #require(Timestamp(iso8601: text))
        return try Rehearsal(definition, policy, fleet: fleet, hostMinutes: minutes).view(from: start)
    }

    @Test("Over a whole year every lane opens at 02:00 of its site, each system a night apart, outside business hours")
    func year() throws {
        let rule = try #require(definition.starts)
        var start = try #require(Timestamp(iso8601: "2026-01-01T00:00:00Z"))
        var lanes = 0
        for _ in 1...12 {
            start = try #require(try rule.next(after: start))
            let view = try Rehearsal(definition, policy, fleet: fleet, hostMinutes: 10).view(from: start)
            #expect(view.stages.map(\.name) == ["scan", "early", "main", "late"])
            for stage in view.stages {
                #expect(stage.notes == [], "\(stage.name) from \(start)")
                for lane in stage.lanes {
                    lanes += 1
                    try check(lane, "\(stage.name) of \(lane.patchGroup) in \(lane.site) from \(start)")
                }
            }
        }
        #expect(lanes == 12 * (54 + 3 * 18))
    }

    /// By the site's clocks, and by its business hours looked at on their own.
    private func check(_ lane: RehearsalView.Lane, _ comment: String) throws {
        let local = try #require(lane.opensLocal, "\(comment)")
        #expect(local.dropFirst(11).prefix(8) == "02:00:00", "\(comment): \(local)")
        #expect(lane.hostsLeftOver == 0, "\(comment)")
        let own = try #require(policy.site(named: lane.site))
        let zone = try Zone(own.zone)
        let (opens, ends) = (try #require(lane.opens), try #require(lane.ends))
        var moment = opens
        while moment <= ends {
            let shown = zone.localTime(at: moment).wallTime
            let day = Weekday.names[shown.weekday.rawValue - 1]
            let minutes = shown.secondOfDay / 60
            for span in own.businessHours where span.day == day {
                let from = try #require(TimeOfDay(span.from)).minutes
                let until = try #require(TimeOfDay(span.until)).minutes
                #expect(!(from..<until).contains(Int(minutes)), "\(comment): \(shown)")
            }
            moment = moment + .seconds(600)
        }
        // Whom a freeze moved is told so, and nobody else has a note.
        #expect(lane.notes.allSatisfy { $0.contains("freeze") }, "\(comment): \(lane.notes)")
    }

    @Test("Hosts that the window leaves no time for are counted")
    func leftOver() throws {
        // Two hours to the cutoff are two waves of an hour, a tenth of fifty hosts each.
        let view = try rehearse(policy, from: "2026-06-07T12:00:00Z", minutes: 60)
        let lane = try #require(view.stages.first { $0.name == "early" }?.lanes.first)
        #expect(lane.hostsLeftOver == Self.hosts - 10)
        #expect(!view.isClean)
        #expect(lane.ends == lane.opens.map { $0 + .seconds(7_200) })
    }

    @Test("A freeze, business at night and two systems in one night are told")
    func conflicts() throws {
        var other = policy
        other.windows = policy.windows.map { window in
            var window = window
            window.rule.stagger = nil
            return window
        }
        var book = PolicyBook()
        book.evolve(.applied(other, digest: "d", by: "ana", at: Timestamp(microseconds: 0)))
        let library = try WorkflowLibrary(folder: Repository.root + "/workflows")
        let shipped = try #require(library.all.first { $0.definition.name == "monthly-patch-cycle" }).definition
        let start = try #require(Timestamp(iso8601: "2026-12-06T12:00:00Z"))
        let view = try Rehearsal(try shipped.completed(by: book), other, fleet: fleet, hostMinutes: 10).view(
            from: start
        )
        #expect(
            view.stages[1].notes.first
                == "AL2023 and Ubuntu22 and Win2022 reboot in one night in Frankfurt, on 2026-12-08"
        )
        // The year's end moves whoever would have come then.
        let notes = view.stages.flatMap(\.lanes).flatMap(\.notes)
        #expect(notes.contains { $0.hasPrefix("not as its window has it: freeze year-end until 2027-01-04T00:00:00") })
    }

    @Test("The next openings are told in the time of the site and in UTC, changes of clocks and freezes marked")
    func windows() throws {
        var night = policy
        night.windows = [
            PolicyWindow(
                name: "sunday",
                rule: WindowRule(
                    opens: .schedule("cron(30 0 ? * SUN *)"),
                    zone: .site,
                    durationSeconds: 4 * 3_600,
                    cutoffSeconds: 3_600
                )
            )
        ]
        let from = try #require(Timestamp(iso8601: "2027-03-27T00:00:00Z"))
        let views = try WindowForecast.views(of: night, named: "sunday", from: from, count: 7)
        let berlin = try #require(views.first { $0.site == "Frankfurt" })
        #expect(berlin.opensLocal == "2027-03-28T00:30:00+01:00")
        #expect(berlin.closesLocal == "2027-03-28T05:30:00+02:00")
        #expect(berlin.clockChangeSeconds == 3_600)
        #expect(views.map(\.opens) == views.map(\.opens).sorted())
        #expect(views.count == 7)
        let winter = try #require(Timestamp(iso8601: "2026-12-20T00:00:00Z"))
        let frozen = try WindowForecast.views(of: policy, named: "early", from: winter, count: 1)
        #expect(frozen.first?.kind == "AL2023")
        #expect(frozen.first?.notes.first?.hasPrefix("freeze year-end until 2027-01-04") == true)
    }
}
