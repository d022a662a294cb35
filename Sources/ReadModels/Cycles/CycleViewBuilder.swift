import Domain
import Time

/// Puts a cycle and its rollouts into the form in which people look at them.
struct CycleViewBuilder {
    let id: String
    let cycle: Cycle
    let rollouts: [String: Rollout]
    let names: [String: String]
    let showsEveryHost: Bool
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
        let rollout = rollouts[lane.rollout]
        // A policy may have moved it.
        let window = rollout?.spec?.window ?? lane.window
        return LaneView(
            rollout: lane.rollout,
            site: lane.site,
            patchGroup: lane.patchGroup,
            state: state(of: rollout, window),
            opens: window.opens,
            cutoff: window.cutoff,
            closes: window.closes,
            counts: rollout.map { CountsView($0.counts) } ?? CountsView(queued: lane.targetCount),
            hosts: rollout.map(hosts) ?? []
        )
    }

    private func state(of rollout: Rollout?, _ window: WindowOccurrence) -> String {
        guard let rollout else { return "waiting" }
        // It opens paused, and its cycle lets it begin.
        let isBeginning = rollout.phase == .paused && cycle.hold == nil
        if isBeginning || (rollout.phase == .running && now < window.opens) { return "waiting" }
        return rollout.phase.rawValue
    }

    /// Patches that are named of one host.
    private static let namedPatches = 3

    /// The class, and those of the patches that failed.
    private static func text(_ failure: HostFailure) -> String {
        guard let patches = failure.patches else { return failure.cause }
        let named = patches.prefix(namedPatches).map { "\($0.patch.name): \($0.cause?.rawValue ?? "unknown")" }
        let more = patches.count > namedPatches ? ["\(patches.count - namedPatches) more"] : []
        return "\(failure.cause) (\((named + more).joined(separator: ", ")))"
    }

    private func hosts(of rollout: Rollout) -> [HostRunView] {
        let causes = Dictionary(rollout.failures.map { ($0.node, Self.text($0)) }) { first, _ in first }
        guard showsEveryHost || !causes.isEmpty else { return [] }
        return zip(rollout.spec?.targets ?? [], rollout.hostStates).compactMap { node, state in
            guard showsEveryHost || causes[node] != nil else { return nil }
            return HostRunView(node: node, name: names[node] ?? node, state: state.name, detail: causes[node])
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
