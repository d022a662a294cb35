import Domain
import ReadModels
import Time

extension CyclePage {
    init(_ cycle: CycleView, _ limits: CycleLimits, for visit: Visit) {
        let address = WebAddress("cycles", cycle.id)
        frame = Frame("Cycle \(cycle.id)", at: .cycles, of: visit, live: WebAddress("live").with("cycle", cycle.id))
        id = cycle.id
        workflow = cycle.workflow
        badge = StateBadge(cycle.state)
        reason = cycle.reason
        facts = Self.facts(cycle, at: visit.now)
        stations = cycle.stages.map { Station($0, of: cycle) }
        let principal = visit.session.actor.principal
        let last = cycle.stages.last { !$0.lanes.isEmpty }?.name
        let shown = visit["stage"] ?? (cycle.stages.first { $0.name == cycle.stage && !$0.lanes.isEmpty }?.name ?? last)
        sections = cycle.stages.filter { $0.startedAt != nil || !$0.lanes.isEmpty }.reversed().map {
            Section(
                $0,
                of: cycle,
                limits,
                showsLanes: $0.name == shown,
                mayApprove: principal.has(.approve),
                at: visit.now
            )
        }
        controls = Controls(cycle, maySteer: principal.has(.steer))
        self.address = address.text
        planDigest = cycle.planDigest
        planAddress = cycle.planDigest.map { _ in WebAddress("cycles", cycle.id, "plan").text }
        planSentence = cycle.plan.map {
            "\(Figures.count($0.patches, "patch", "patches")) for \(Figures.count($0.nodes, "node"))"
        }
        let hasReport = cycle.stages.contains { $0.kind == "report" && $0.state == "done" }
        reportAddress = hasReport ? WebAddress("cycles", cycle.id, "report.csv").text : nil
    }

    // MARK: - Steps

    private static func facts(_ cycle: CycleView, at now: Timestamp) -> [Fact] {
        var facts = [
            Fact(
                name: "Started",
                value:
                    "\(TimeText.utc(cycle.startedAt)) by \(cycle.startedBy), \(TimeText.distance(cycle.startedAt, from: now))"
            )
        ]
        if let ended = cycle.endedAt { facts.append(Fact(name: "Ended", value: TimeText.utc(ended))) }
        facts.append(Fact(name: "Host runs", value: StackedBar.of(cycle.counts, "").sentence))
        facts.append(Fact(name: "Definition", value: Figures.short(cycle.definitionDigest)))
        if let resumption = cycle.lastResumption {
            let reason = resumption.reason.map { ": \($0)" } ?? ""
            facts.append(Fact(name: "Resumed", value: "by \(resumption.by), \(TimeText.utc(resumption.at))\(reason)"))
        }
        if let plan = cycle.plan, plan.unscanned + plan.withoutBaseline > 0 {
            let text = "\(plan.unscanned) without a scan, \(plan.withoutBaseline) without a baseline"
            facts.append(Fact(name: "Left alone", value: text))
        }
        return facts
    }
}

extension CyclePage.Station {
    fileprivate init(_ stage: StageView, of cycle: CycleView) {
        name = stage.name
        badge = StateBadge(stage.state)
        isCurrent = stage.name == cycle.stage
        progress = StackedBar.of(stage.counts, stage.name).svg
        let counts = stage.counts
        caption = counts.targets > 0 ? "\(Figures.grouped(counts.ended)) of \(Figures.grouped(counts.targets))" : ""
        anchor = "stage-\(stage.name)"
    }
}

extension CyclePage.Section {
    fileprivate init(
        _ stage: StageView,
        of cycle: CycleView,
        _ limits: CycleLimits,
        showsLanes: Bool,
        mayApprove: Bool,
        at now: Timestamp
    ) {
        name = stage.name
        anchor = "stage-\(stage.name)"
        badge = StateBadge(stage.state)
        let since = stage.startedAt.map { ", since \(TimeText.utc($0))" } ?? ""
        summary = StackedBar.of(stage.counts, "").sentence + since
        let rules = limits.stages[stage.name]
        let control = [
            rules?.maxConcurrency.map { "max concurrency \($0)" }, rules?.maxErrors.map { "max errors \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
        self.limits = control.isEmpty ? nil : control
        let shown = showsLanes ? stage.lanes.prefix(CyclePage.mostLanes) : []
        lanes = shown.map { LaneLine($0, limits) }
        hasLanes = !lanes.isEmpty
        let address = WebAddress("cycles", cycle.id).with("stage", stage.name).text
        lanesAddress = showsLanes || stage.lanes.isEmpty ? nil : "\(address)#\(anchor)"
        let hidden = showsLanes ? stage.lanes.count - shown.count : 0
        hiddenLanes = hidden > 0 ? "and \(Figures.count(hidden, "lane")) more" : nil
        failures = FailureGroup.all(of: stage.lanes)
        hasFailures = !failures.isEmpty
        gate = stage.gate.flatMap { GatePanel($0, of: stage, rules, mayApprove: mayApprove, at: now) }
    }
}

extension CyclePage.Controls {
    fileprivate init(_ cycle: CycleView, maySteer: Bool) {
        let isOver = ["completed", "aborted", "failed"].contains(cycle.state)
        let isHeld = ["paused", "halted"].contains(cycle.state)
        canPause = maySteer && !isOver && !isHeld && cycle.state != "aborting"
        canResume = maySteer && isHeld
        canAbort = maySteer && !isOver && cycle.state != "aborting"
        any = canPause || canResume || canAbort
        resumeHint =
            cycle.state == "halted"
            ? "It halted by a limit: resuming says that it may go on although that was passed."
            : "It goes on where it was."
    }
}

extension GatePanel {
    /// nil for a gate that nothing has come to yet.
    init?(
        _ gate: GateView,
        of stage: StageView,
        _ rules: CycleLimits.Stage?,
        mayApprove: Bool,
        at now: Timestamp
    ) {
        guard gate.state != "pending" else { return nil }
        isOpen = gate.state == "open"
        title = isOpen ? "The gate after \(stage.name) is open" : "The gate after \(stage.name) was passed"
        values = Self.values(gate, stage, rules, at: now)
        approvals =
            gate.approvals.map { Self.sentence("Approved", $0.by, $0.at, $0.reason) }
            + (gate.waiver.map { [Self.sentence("Waived", $0.by, $0.at, $0.reason)] } ?? [])
        waitsFor = gate.waitsFor
        canApprove =
            mayApprove && isOpen && gate.planDigest != nil && gate.approvals.count < gate.approvalsNeeded
        self.stage = stage.name
        planDigest = gate.planDigest ?? ""
        shortDigest = Figures.short(planDigest)
    }

    private static func values(
        _ gate: GateView,
        _ stage: StageView,
        _ rules: CycleLimits.Stage?,
        at now: Timestamp
    ) -> [Value] {
        var values: [Value] = []
        if gate.approvalsNeeded > 0 {
            let holds = gate.approvals.count >= gate.approvalsNeeded
            let role = rules?.approvalRole.map { " (\($0))" } ?? ""
            values.append(
                Value(
                    name: "Approvals\(role)",
                    value: "\(gate.approvals.count)",
                    limit: "at least \(gate.approvalsNeeded)",
                    badge: StateBadge(holds ? "passed" : "open")
                )
            )
        }
        if let limit = rules?.failedAtMost {
            let isHeld = gate.waitsFor.contains("resume or abort")
            let state = gate.waiver != nil ? "waived" : isHeld ? "failed" : "passed"
            values.append(
                Value(
                    name: "Failed hosts",
                    value: "\(stage.counts.failed) of \(stage.counts.targets)",
                    limit: "at most \(limit)",
                    badge: StateBadge(state)
                )
            )
        }
        if let until = gate.soakUntil {
            let isSoaking = until > now
            values.append(
                Value(
                    name: "Soak",
                    value: isSoaking ? "ends \(TimeText.distance(until, from: now))" : "over",
                    limit: "\(TimeText.length(Int64(rules?.soakSeconds ?? 0))), until \(TimeText.utc(until))",
                    badge: StateBadge(isSoaking ? "open" : "passed")
                )
            )
        }
        return values
            + (gate.checks ?? []).map { check in
                Value(name: check.name, value: check.found ?? "", limit: check.limit, badge: StateBadge(check.state))
            }
    }

    private static func sentence(_ verb: String, _ person: String, _ at: Timestamp, _ reason: String?) -> String {
        "\(verb) by \(person), \(TimeText.utc(at))" + (reason.map { ": \($0)" } ?? "")
    }
}
