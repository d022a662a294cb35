import Domain
import Time

extension CycleStart {
    /// scan (approval of one) → early (soak 100 s, at most 10 % failed, one approval) → main (two approvers) → report.
    static func sample(role: String? = nil) -> CycleStart {
        let rules = LaneRules(
            targets: .all,
            window: WindowRule(opens: .now, zone: .site, durationSeconds: 3_600, cutoffSeconds: 600),
            rateControl: RateControl(maxConcurrency: .percent(10), maxErrors: .percent(5))
        )
        let early = Gate(soakSeconds: 100, failedAtMost: .percent(10), approval: .init(by: 1))
        let stages = [
            Stage(name: "scan", work: .scan(rules), gate: Gate(approval: .init(by: 1))),
            Stage(name: "early", work: .install(rules, reboot: .ifNeeded), gate: early),
            Stage(
                name: "main",
                work: .install(rules, reboot: .ifNeeded),
                gate: Gate(approval: .init(by: 2, role: role))
            ),
            Stage(name: "report", work: .report),
        ]
        let definition = WorkflowDefinition(
            name: "small",
            zone: "UTC",
            starts: nil,
            sites: [],
            baselines: [],
            stages: stages
        )
        return CycleStart(definition: definition, definitionDigest: "abc", opensWindowsNow: false)
    }
}

extension Lane {
    static func sample(_ rollout: String) -> Lane {
        let window = WindowOccurrence(opens: seconds(0), cutoff: seconds(3_000), closes: seconds(3_600))
        return Lane(rollout: rollout, site: "London", patchGroup: "g", targetCount: 10, window: window)
    }
}

extension LaneOutcome {
    static func sample(
        _ rollout: String,
        succeeded: Int = 10,
        failed: Int = 0,
        haltErrors: Int? = nil
    ) -> LaneOutcome {
        var counts = HostRunCounts()
        counts[.succeeded] = succeeded
        counts[.failed] = failed
        return LaneOutcome(rollout: rollout, counts: counts, failures: [], haltErrors: haltErrors)
    }
}

let samplePlan = PlanSummary(digest: "p1", patchCount: 3, nodeCount: 20, unscannedCount: 0)

/// A cycle that has come so far.
struct CycleRun {
    var stream = Stream<Cycle>()
    var state: Cycle { stream.state }

    init(role: String? = nil) throws { try self.init(.sample(role: role)) }

    init(_ start: CycleStart) throws { try send(.start(start)) }

    @discardableResult
    mutating func send(_ message: CycleMessage, at time: Int = 0, by actor: String = "ada") throws -> [CycleEffect] {
        try stream.send(message, at: seconds(time), by: actor).effects
    }

    /// Runs a stage's lanes to their end.
    mutating func pass(_ stage: String, lanes: [LaneOutcome], at time: Int = 0) throws {
        try send(.lanesOpened(stage: stage, lanes: lanes.map { .sample($0.rollout) }), at: time)
        for lane in lanes { try send(.laneEnded(lane), at: time) }
    }

    mutating func passScan() throws {
        try pass("scan", lanes: [.sample("s1")])
        try send(.planFrozen(samplePlan))
        try send(.approve(stage: "scan", planDigest: "p1", roles: [], reason: nil))
    }
}
