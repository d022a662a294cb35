import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("A freeze that is declared while lanes are open", .serialized, .timeLimit(.minutes(10)))
struct FreezeTests {
    /// Its window opens once a day.
    private static func daily(at hour: Int64) -> String {
        """
        workflow: daily
        zone: UTC
        baselines:
          - { name: security, patch-groups: "*", rules: [{ classification: Security }] }
        stages:
          - scan: { targets: all, window: { opens: now, duration: 1h }, gate: { approve: { by: 1 } } }
          - early:
              targets: { ring: early }
              window: { opens: "cron(0 \(hour) * * ? *)", zone: UTC, duration: 3h, cutoff: 1h }
              reboot: if-needed
              concurrency: 100%
              errors: 0
              gate: { approve: { by: 1 } }
          - report: {}
        """
    }

    /// - Parameters: to the minute.
    private static func freeze(
        from: Timestamp,
        until: Timestamp,
        in controlPlane: TestControlPlane
    ) async throws {
        func wall(_ moment: Timestamp) -> String { String(moment.description.prefix(16)) }
        let freeze = PolicyFreeze(name: "fire", reason: "r", from: wall(from), until: wall(until), zone: "UTC")
        try await controlPlane.applyPolicy { $0 = Policy(freezes: [freeze]) }
    }

    private static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }

    @Test("Nobody starts in it who has no order yet; who has one goes on")
    func open() async throws {
        try await withControlPlane(workflow: Workflow.oneByOne()) { controlPlane in
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 2
            )
            let agents = fleet.agents.sorted { $0.node < $1.node }
            let cycle = try await controlPlane.startCycle("one-by-one")
            try await Fleet.carryOut(agents, of: controlPlane)
            let order = try #require(try await agents[0].nextOrder(of: controlPlane))
            let now = controlPlane.clock.now
            try await Self.freeze(from: now - Self.hours(1), until: now + Self.hours(24), in: controlPlane)
            try await controlPlane.cycle(cycle, "with a host that missed its window") {
                $0.stage("early")?.lanes.first?.counts.other == 1
            }
            try await agents[0].carryOut(order, of: controlPlane)
            let lane = try await controlPlane.gate(of: "early", in: cycle).stage("early")?.lanes.first
            #expect(lane?.counts.succeeded == 1)
            #expect(await agents[1].orders.count == 1, "it was scanned, and no more")
        }
    }

    @Test("What it leaves of a window to come is the window, and where it leaves nothing the next one is")
    func waiting() async throws {
        let moment = TestClock().now.microseconds / 3_600_000_000
        try await withControlPlane(workflow: Self.daily(at: (moment + 6) % 24)) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let start = StartCycle(workflow: "daily", openNow: false, by: "ana")
            let cycle = try await controlPlane.services.cycles.start(start, key: nil).id
            try await fleet.scan(cycle, of: controlPlane)
            try await controlPlane.approve("scan", of: cycle)
            func lane(_ wanted: String, until isAsWanted: (LaneView) -> Bool) async throws -> LaneView {
                let view = try await controlPlane.cycle(cycle, "with a lane that \(wanted)") {
                    $0.stage("early")?.lanes.first.map(isAsWanted) ?? false
                }
                return try #require(view.stage("early")?.lanes.first)
            }
            let opens = try await lane("waits") { $0.state == "waiting" }.opens
            try await Self.freeze(from: opens + Self.hours(2), until: opens + Self.hours(9), in: controlPlane)
            let cut = try await lane("closes early") { $0.closes == opens + Self.hours(2) }
            #expect(cut.opens == opens && cut.cutoff == opens + Self.hours(1))
            try await Self.freeze(from: opens - Self.hours(2), until: opens + Self.hours(9), in: controlPlane)
            let later = try await lane("opens later") { $0.opens == opens + Self.hours(24) }
            #expect(later.closes == opens + Self.hours(27))
            #expect(later.counts.queued == 1)
        }
    }
}
