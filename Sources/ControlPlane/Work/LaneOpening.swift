package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Scheduling
package import Time

/// How a stage's lanes are opened, decided from what a worker has read.
package struct LaneOpening {
    private let cycle: String
    private let stage: Stage
    private let rules: LaneRules
    private let start: CycleStart
    /// The frozen plan that is needed; nil for a stage that installs nothing.
    package let planDigest: String?

    /// - Throws: ``PermanentTaskFailure`` for a stage without lanes, and for an installing one without a frozen plan.
    package init(of stageName: String, cycle name: String, _ cycle: Cycle, _ start: CycleStart) throws {
        guard let stage = start.definition.stage(named: stageName), let rules = stage.laneRules else {
            throw PermanentTaskFailure("the definition of cycle \(name) has no stage \(stageName) with lanes")
        }
        (self.cycle, self.stage, self.rules, self.start) = (name, stage, rules, start)
        guard case .install = stage.work else {
            planDigest = nil
            return
        }
        guard let digest = cycle.plan?.digest else { throw Self.missingPlan(of: stageName) }
        planDigest = digest
    }

    /// One rollout for each site and patch group that the stage selects nodes of.
    ///
    /// - Parameter plan: of ``planDigest``, if it is stored.
    /// - Throws: ``PermanentTaskFailure`` when the plan is missing or a window never opens again.
    package func specs(for nodes: [NodeTarget], plan: Plan?, at moment: Timestamp) throws -> [RolloutSpec] {
        guard planDigest == nil || plan != nil else { throw Self.missingPlan(of: stage.name) }
        let selected = nodes.filter { node in
            rules.targets.matches(site: node.site, patchGroup: node.patchGroup)
                && (plan == nil || plan?.setIndex(of: node.id) != nil)
        }
        let groups = Dictionary(grouping: selected) { LaneKey(site: $0.site, patchGroup: $0.patchGroup) }
        return try groups.sorted { $0.key < $1.key }.map { try spec(of: $0, $1.map(\.id), plan, moment) }
    }

    /// What the rollouts and the cycle are told.
    package func replies(_ specs: [RolloutSpec]) -> [Reply] {
        let lanes = CycleMessage.lanesOpened(stage: stage.name, lanes: specs.map(Lane.init))
        return specs.map { Reply(Rollout.stream($0.rollout), RolloutMessage.open($0)) }
            + [Reply(Cycle.stream(cycle), lanes)]
    }

    // MARK: - Steps

    private struct LaneKey: Hashable, Comparable {
        let site: String
        let patchGroup: String

        static func < (left: Self, right: Self) -> Bool {
            (left.site, left.patchGroup) < (right.site, right.patchGroup)
        }
    }

    private static func missingPlan(of stage: String) -> PermanentTaskFailure {
        PermanentTaskFailure("stage \(stage) needs the frozen plan, and it is not stored; start a new cycle")
    }

    private func spec(of key: LaneKey, _ targets: [String], _ plan: Plan?, _ moment: Timestamp) throws -> RolloutSpec {
        RolloutSpec(
            cycle: cycle,
            stage: stage.name,
            rollout: RolloutName.of(cycle: cycle, stage: stage.name, site: key.site, patchGroup: key.patchGroup),
            site: key.site,
            patchGroup: key.patchGroup,
            operation: operation(on: targets, plan),
            targets: targets,
            window: try window(site: key.site, at: moment),
            rateControl: rules.rateControl,
            deliverySeconds: rules.deliverySeconds,
            hostRunSeconds: rules.hostRunSeconds,
            openedSecond: Int(moment.microseconds / 1_000_000)
        )
    }

    /// Patch sets are numbered anew, so that a rollout holds those of its own targets alone.
    private func operation(on targets: [String], _ plan: Plan?) -> RolloutSpec.Operation {
        guard case .install(_, let reboot) = stage.work, let plan, let planDigest else { return .scan }
        let sets = targets.map { plan.setIndex(of: $0) ?? 0 }
        let used = Set(sets).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        return .install(
            InstallWork(
                planDigest: planDigest,
                patchSets: used.map { plan.patchSets[$0] },
                setOfTarget: sets.map { numbers[$0] ?? 0 },
                reboot: reboot
            )
        )
    }

    /// The occurrence that is open now, or else the next.
    private func window(site: String, at moment: Timestamp) throws -> WindowOccurrence {
        guard !start.opensWindowsNow else { return rules.window.occurrence(opening: moment) }
        let calendar = try WindowCalendar(rules.window, siteZone: start.definition.zone(ofSite: site))
        guard let occurrence = calendar.occurrence(at: moment) else {
            let rule = "the window of site \(site), \(rules.window.opens), "
            throw PermanentTaskFailure(rule + "never opens again after \(moment)")
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
