import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Scheduling
import Time

extension CycleWorker {
    /// Opens a rollout for each lane of the stage and tells the cycle of them.
    func openLanes(of stageName: String, cycle name: String, _ cycle: Cycle, _ start: CycleStart) async throws
        -> [Reply]
    {
        guard let stage = start.definition.stage(named: stageName), let rules = stage.laneRules else {
            throw PermanentTaskFailure("the definition of cycle \(name) has no stage \(stageName) with lanes")
        }
        let plan = try await frozenPlan(of: cycle, for: stage)
        let nodes = try await questions.activeNodes().filter { node in
            rules.targets.matches(site: node.site, patchGroup: node.patchGroup)
                && (plan == nil || plan?.plan.setIndex(of: node.id) != nil)
        }
        let groups = Dictionary(grouping: nodes) { LaneKey(site: $0.site, patchGroup: $0.patchGroup) }
        let opened = now()
        let specs = try groups.keys.sorted().map { key in
            RolloutSpec(
                cycle: name,
                stage: stageName,
                rollout: RolloutName.of(cycle: name, stage: stageName, site: key.site, patchGroup: key.patchGroup),
                site: key.site,
                patchGroup: key.patchGroup,
                operation: try operation(of: stage, on: groups[key] ?? [], plan),
                targets: (groups[key] ?? []).map(\.id),
                window: try window(rules.window, site: key.site, start, at: opened),
                rateControl: rules.rateControl,
                deliverySeconds: rules.deliverySeconds,
                hostRunSeconds: rules.hostRunSeconds
            )
        }
        try await claimTargets(of: specs)
        return specs.map { Reply(Rollout.stream($0.rollout), RolloutMessage.open($0)) }
            + [Reply(Cycle.stream(name), CycleMessage.lanesOpened(stage: stageName, lanes: specs.map(Lane.init)))]
    }

    // MARK: - Steps

    private struct LaneKey: Hashable, Comparable {
        let site: String
        let patchGroup: String

        static func < (left: Self, right: Self) -> Bool {
            (left.site, left.patchGroup) < (right.site, right.patchGroup)
        }
    }

    private struct FrozenPlan {
        let digest: String
        let plan: Plan
    }

    /// nil for a stage that installs nothing.
    private func frozenPlan(of cycle: Cycle, for stage: Stage) async throws -> FrozenPlan? {
        guard case .install = stage.work else { return nil }
        guard let digest = cycle.plan?.digest, let text = try await content.load([digest])[digest] else {
            throw PermanentTaskFailure(
                "stage \(stage.name) needs the frozen plan, and it is not stored; start a new cycle"
            )
        }
        return FrozenPlan(digest: digest, plan: try DomainJSON.decode(Plan.self, from: text))
    }

    /// Patch sets are numbered anew, so that a rollout holds those of its own targets alone.
    private func operation(of stage: Stage, on nodes: [NodeTarget], _ frozen: FrozenPlan?) throws
        -> RolloutSpec.Operation
    {
        guard case .install(_, let reboot) = stage.work, let frozen else { return .scan }
        let sets = nodes.map { frozen.plan.setIndex(of: $0.id) ?? 0 }
        let used = Set(sets).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        return .install(
            InstallWork(
                planDigest: frozen.digest,
                patchSets: used.map { frozen.plan.patchSets[$0] },
                setOfTarget: sets.map { numbers[$0] ?? 0 },
                reboot: reboot
            )
        )
    }

    /// The occurrence that is open now, or else the next.
    private func window(
        _ rule: WindowRule,
        site: String,
        _ start: CycleStart,
        at moment: Timestamp
    ) throws -> WindowOccurrence {
        guard !start.opensWindowsNow else { return rule.occurrence(opening: moment) }
        let calendar = try WindowCalendar(rule, siteZone: start.definition.zone(ofSite: site))
        guard let occurrence = calendar.occurrence(at: moment) else {
            throw PermanentTaskFailure("the window of site \(site), \(rule.opens), never opens again after \(moment)")
        }
        return occurrence
    }
}

extension Lane {
    fileprivate init(_ spec: RolloutSpec) {
        self.init(
            rollout: spec.rollout,
            site: spec.site,
            patchGroup: spec.patchGroup,
            targetCount: spec.targets.count,
            window: spec.window
        )
    }
}
