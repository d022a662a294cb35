import Domain
import ReadModels
import Time

extension TodayPage {
    /// - Parameters:
    ///   - cycles: those that have not ended.
    ///   - fleet: of all nodes.
    ///   - sla: the last judgement of findings and when it was made; nil where there is none.
    init(
        _ frame: Frame,
        cycles: [CycleView],
        fleet: FleetTally,
        sla: (view: SLAView, at: Timestamp)?,
        engine: EngineView,
        at now: Timestamp
    ) {
        self.frame = frame
        decisions = cycles.flatMap { Decision.all(of: $0, at: now) }
        hasDecisions = !decisions.isEmpty
        self.cycles = cycles.map { CycleLine(CycleSummary($0), at: now) }
        hasCycles = !cycles.isEmpty
        let standing = FleetStanding(fleet.counts)
        tiles = Self.tiles(standing, fleet.concerns)
        counted = fleet.asOf
        complianceBar = standing.bar("Compliance of the fleet").svg
        complianceSentence = standing.sentence
        ageing = sla.map { AgeingChart.of($0.view).svg } ?? ""
        dueGroups = sla.map { DueGroup.all(of: $0.view, at: now) } ?? []
        hasDues = !dueGroups.isEmpty
        judgedSentence = sla.map {
            "\(Figures.count($0.view.judged, "node")) judged by the last inventory, \(Figures.grouped($0.view.unjudged)) cannot be; "
                + "as of \(TimeText.second($0.at)) UTC."
        }
        engineNotes = Self.notes(engine)
    }

    // MARK: - Steps

    private static func tiles(_ fleet: FleetStanding, _ concerns: [FleetFilter.Concern: Int]) -> [Tile] {
        let fleetAddress = WebAddress("fleet")
        var tiles = [
            Tile(
                figure: Figures.grouped(fleet.unknown),
                title: "UNKNOWN: nothing proves how they stand",
                tone: fleet.unknown > 0 ? "warn" : "calm",
                address: fleetAddress.with("compliance", "UNKNOWN").text
            ),
            Tile(
                figure: Figures.grouped(fleet.nonCompliant),
                title: "NON_COMPLIANT",
                tone: fleet.nonCompliant > 0 ? "bad" : "calm",
                address: fleetAddress.with("compliance", "NON_COMPLIANT").text
            ),
        ]
        for concern in [FleetFilter.Concern.lacksCritical, .silent, .waitsForReboot, .waitsForApproval, .cloned] {
            let count = concerns[concern] ?? 0
            let tone = concern == .lacksCritical || concern == .cloned ? "bad" : "warn"
            tiles.append(
                Tile(
                    figure: Figures.grouped(count),
                    title: concern.title,
                    tone: count > 0 ? tone : "calm",
                    address: fleetAddress.with("concern", concern.rawValue).text
                )
            )
        }
        return tiles
    }

    private static func notes(_ engine: EngineView) -> [String] {
        var notes: [String] = []
        if engine.setAsideCount > 0 {
            let count = Figures.count(engine.setAsideCount, "message")
            notes.append("\(count) could not be decided and wait for somebody: `ringmaster engine status`.")
        }
        if engine.unownedShards > 0 {
            notes.append("No engine holds \(Figures.count(engine.unownedShards, "shard")): nothing is decided there.")
        }
        if engine.tasks.dead > 0 {
            let count = Figures.count(engine.tasks.dead, "task")
            notes.append("\(count) failed for good: `ringmaster engine status` names them.")
        }
        return notes
    }
}

extension TodayPage.Decision {
    /// What of the cycle waits for a person.
    static func all(of cycle: CycleView, at now: Timestamp) -> [Self] {
        let address = WebAddress("cycles", cycle.id).text
        func decision(_ state: String, _ sentence: String, _ details: [String]) -> Self {
            Self(badge: StateBadge(state), sentence: sentence, details: details, cycle: cycle.id, address: address)
        }
        var decisions: [Self] = []
        if ["halted", "paused"].contains(cycle.state) {
            let reason = cycle.reason.map { [$0] } ?? []
            decisions.append(decision(cycle.state, "\(cycle.state.capitalizedFirst): resume it or abort it", reason))
        }
        for stage in cycle.stages where stage.gate?.state == "open" {
            let waits = stage.gate?.waitsFor ?? []
            decisions.append(decision("gate", "The gate after \(stage.name) is open", waits.map { "waits for \($0)" }))
        }
        for stage in cycle.stages {
            for lane in stage.lanes where lane.counts.inFlight > 0 && lane.closes < now {
                let count = Figures.count(lane.counts.inFlight, "host")
                let sentence = "\(count) of \(lane.site) / \(lane.patchGroup) have not ended, and their window has"
                decisions.append(
                    decision(
                        "unknown",
                        sentence,
                        ["\(stage.name), closed \(TimeText.distance(lane.closes, from: now))"]
                    )
                )
            }
        }
        return decisions
    }
}

extension TodayPage.DueGroup {
    /// What is late, and what will be within 72 hours.
    static func all(of sla: SLAView, at now: Timestamp) -> [Self] {
        [
            Self(.breached, "Late", counted: sla.counts.breached, of: sla, at: now),
            Self(.dueSoon, "Due within 72 hours", counted: sla.counts.dueSoon, of: sla, at: now),
        ].filter { !$0.dues.isEmpty }
    }

    /// - Parameter count: all findings in the state: those of the rows' nodes, and those that no row shows.
    private init(_ state: SLAClock.State, _ title: String, counted count: Int, of sla: SLAView, at now: Timestamp) {
        let items = sla.items.filter { $0.state == state.rawValue }.prefix(TodayPage.mostDues)
        let rest = count - items.reduce(0) { $0 + $1.nodeCount }
        badge = StateBadge(state.rawValue)
        self.title = title
        dues = items.map { TodayPage.Due($0, at: now) }
        more = rest > 0 ? Figures.count(rest, "more finding") : nil
        command = "ringmaster sla --state \(state.rawValue)"
    }
}

extension TodayPage.Due {
    init(_ item: SLAItem, at now: Timestamp) {
        due = item.dueAt.map { "\(TimeText.distance($0, from: now))" } ?? "no limit"
        advisory = item.advisory
        address = WebAddress("advisories", item.source, item.advisory).text
        package = item.package + (item.fixedVersion.map { " → \($0)" } ?? "")
        place = "\(item.site) / \(item.patchGroup)"
        nodes = Figures.grouped(item.nodeCount)
        forecast = item.forecast
    }
}

extension AgeingChart {
    /// Packages of nodes by the time that is left to close them.
    static func of(_ sla: SLAView) -> Self {
        let counts = sla.counts
        return Self(
            title: "Findings by the time that is left",
            columns: [
                .init(tone: "bad", name: "breached", count: counts.breached),
                .init(tone: "warn", name: "due in 72 h", count: counts.dueSoon),
                .init(tone: "busy", name: "within", count: counts.within),
                .init(tone: "calm", name: "waived", count: counts.waived),
                .init(tone: "warn", name: "will miss", count: counts.missed),
            ]
        )
    }
}

extension CycleSummary {
    init(_ cycle: CycleView) {
        self.init(
            id: cycle.id,
            workflow: cycle.workflow,
            state: cycle.state,
            stage: cycle.stage,
            startedAt: cycle.startedAt,
            endedAt: cycle.endedAt,
            planDigest: cycle.planDigest
        )
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension FleetFilter.Concern {
    /// As a heading.
    var title: String {
        switch self {
        case .staleScan: "without a fresh scan"
        case .silent: "not heard for a day"
        case .waitsForReboot: "wait for a reboot"
        case .lacksCritical: "lack a critical patch"
        case .waitsForApproval: "wait to be approved"
        case .cloned: "cloned: two machines act as one"
        case .revoked: "revoked"
        }
    }
}
