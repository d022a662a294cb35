import Domain
import Time

/// Puts a cycle and its rollouts into the form in which people look at them.
struct CycleViewBuilder {
    let id: String
    let cycle: Cycle
    /// By rollout; none of one that has not been opened.
    let lanes: [String: LanePicture]
    let names: [String: String]
    let now: Timestamp
    /// Of the cycle's documents; see ``CycleDocuments``.
    let documents: [DocumentView]?

    var view: CycleView {
        let stages = (cycle.start?.definition.stages ?? []).enumerated().map { stage($1, index: $0) }
        return CycleView(
            id: id,
            workflow: cycle.start?.definition.name ?? "",
            state: cycle.state.rawValue,
            reason: cycle.failure ?? cycle.abort?.reason ?? cycle.hold?.reason,
            stage: cycle.step.isTerminal ? nil : cycle.currentStage?.name,
            definitionDigest: cycle.start?.definitionDigest ?? "",
            planDigest: cycle.plan?.digest,
            plan: cycle.plan.map(PlanFigures.init),
            startedAt: cycle.startedAt ?? now,
            startedBy: cycle.startedBy,
            endedAt: cycle.endedAt,
            lastResumption: cycle.lastResumption.map(ResumptionView.init),
            counts: stages.reduce(.zero) { $0 + $1.counts },
            stages: stages,
            documents: documents
        )
    }

    // MARK: - Steps

    private func stage(_ stage: Stage, index: Int) -> StageView {
        let progress = cycle.stages.indices.contains(index) ? cycle.stages[index] : StageProgress(name: stage.name)
        let lanes = progress.lanes.map(lane)
        let kind =
            switch stage.work {
            case .scan: "scan"
            case .install: "install"
            case .run: "run"
            case .report: "report"
            }
        return StageView(
            name: stage.name,
            kind: kind,
            state: state(of: progress, index: index),
            startedAt: progress.openedAt,
            endedAt: progress.endedAt,
            gate: stage.gate.map { gate($0, progress, index: index) },
            lanes: lanes,
            counts: lanes.reduce(.zero) { $0 + $1.counts },
            files: stage.work == .report ? cycle.reportFiles : nil
        )
    }

    private func state(of progress: StageProgress, index: Int) -> String {
        guard progress.openedAt != nil else { return cycle.step.isTerminal ? "skipped" : "pending" }
        guard index == cycle.currentIndex else { return "done" }
        switch cycle.step {
        case .completed: return "done"
        case .aborted, .failed: return cycle.step.rawValue
        case .openingLanes: return "opening"
        case .gate: return "gate"
        default: return "running"
        }
    }

    private func gate(_ rule: Gate, _ progress: StageProgress, index: Int) -> GateView {
        let isOpen = index == cycle.currentIndex && cycle.step == .gate && progress.gate?.passedAt == nil
        let checks = checks(rule, progress)
        return GateView(
            state: progress.gate?.passedAt != nil ? "passed" : isOpen ? "open" : "pending",
            planDigest: cycle.plan?.digest,
            approvalsNeeded: rule.approval?.by ?? 0,
            approvals: (progress.gate?.approvals ?? []).map { approval in
                ApprovalView(
                    by: approval.by,
                    at: approval.at,
                    planDigest: approval.planDigest,
                    reason: approval.reason
                )
            },
            waiver: progress.gate?.waiver.map(ResumptionView.init),
            soakUntil: rule.soakSeconds > 0 ? progress.gate?.soakUntil : nil,
            checks: checks,
            waitsFor: isOpen ? obstacles(rule, progress, checks ?? []) : []
        )
    }

    private func checks(_ rule: Gate, _ progress: StageProgress) -> [CheckView]? {
        rule.checks?.enumerated().map { index, check in
            let known = progress.gate?.checks ?? []
            let state = known.indices.contains(index) ? known[index] : CheckProgress()
            return CheckView(check, state, at: progress.gate?.passedAt ?? now)
        }
    }

    private func obstacles(_ rule: Gate, _ progress: StageProgress, _ checks: [CheckView]) -> [String] {
        var obstacles: [String] = []
        let missing = cycle.missingApprovals
        if missing > 0 {
            let role = rule.approval?.role.map { " (\($0))" } ?? ""
            obstacles.append("\(missing) \(missing == 1 ? "approval" : "approvals")\(role)")
        }
        if let until = progress.gate?.soakUntil, until > now { obstacles.append("soak until \(until)") }
        obstacles += checks.compactMap(\.obstacle)
        if cycle.hold != nil { obstacles.append("resume or abort") }
        return obstacles
    }

    private func lane(_ lane: Lane) -> LaneView {
        let picture = lanes[lane.rollout]
        // A policy may have moved it.
        let window = picture?.window ?? lane.window
        return LaneView(
            rollout: lane.rollout,
            site: lane.site,
            patchGroup: lane.patchGroup,
            state: state(of: picture, window),
            opens: window.opens,
            cutoff: window.cutoff,
            closes: window.closes,
            counts: picture.map { CountsView($0.counts) } ?? CountsView(queued: lane.targetCount),
            hosts: picture.map(hosts) ?? []
        )
    }

    private func state(of picture: LanePicture?, _ window: WindowOccurrence) -> String {
        guard let picture else { return "waiting" }
        // It opens paused, and its cycle lets it begin.
        let isBeginning = picture.phase == .paused && cycle.hold == nil
        if isBeginning || (picture.phase == .running && now < window.opens) { return "waiting" }
        return picture.phase.rawValue
    }

    private func hosts(of picture: LanePicture) -> [HostRunView] {
        picture.hosts.map { host in
            var host = host
            host.name = names[host.node] ?? host.node
            return host
        }
    }
}

extension ResumptionView {
    init(_ resumption: CycleResumption) {
        self.init(by: resumption.by, reason: resumption.reason, at: resumption.at)
    }
}

extension CountsView {
    init(_ counts: HostRunCounts) {
        self.init(
            targets: counts.total,
            queued: counts[.queued],
            inFlight: counts.inFlight,
            succeeded: counts[.succeeded],
            failed: counts.failed,
            other: counts.terminal - counts[.succeeded] - counts.failed
        )
    }

    init(queued: Int) {
        self.init(targets: queued, queued: queued, inFlight: 0, succeeded: 0, failed: 0, other: 0)
    }
}
