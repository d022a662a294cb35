package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
package import Time

/// How a stage's lanes are opened, decided from what a worker has read.
package struct LaneOpening {
    private let cycle: String
    private let stage: Stage
    private let rules: LaneRules
    private let start: CycleStart
    /// The present one: business hours, freezes and rejections hold whatever the cycle started with.
    private let book: PolicyBook
    private let cancelled: Set<String>
    /// The frozen plan that is needed; nil for a stage that installs nothing.
    package let planDigest: String?

    /// - Throws: ``PermanentTaskFailure`` for a stage without lanes, and for an installing one without a frozen plan.
    package init(of stageName: String, cycle name: String, _ cycle: Cycle, _ start: CycleStart, _ book: PolicyBook)
        throws
    {
        guard let stage = start.definition.stage(named: stageName), let rules = stage.laneRules else {
            throw PermanentTaskFailure("the definition of cycle \(name) has no stage \(stageName) with lanes")
        }
        (self.cycle, self.stage, self.rules, self.start, self.book) = (name, stage, rules, start, book)
        cancelled = cycle.cancelledNodes ?? []
        guard case .install = stage.work else {
            planDigest = nil
            return
        }
        guard let digest = cycle.plan?.digest else { throw Self.missingPlan(of: stageName) }
        planDigest = digest
    }

    /// Which nodes it is for.
    var targets: TargetSelector { rules.targets }

    /// Whether its orders are for approved nodes alone: whoever waits for approval is only scanned.
    var changesHosts: Bool {
        if case .scan = stage.work { false } else { true }
    }

    /// One rollout for each site and patch group that the stage selects nodes of.
    ///
    /// - Parameters:
    ///   - plan: of ``planDigest``, if it is stored.
    ///   - rejected: by the entries of the present rejections, the offered versions that they call.
    /// - Throws: ``PermanentTaskFailure`` when the plan is missing or a window never opens again.
    package func specs(
        for nodes: [NodeTarget],
        plan: Plan?,
        rejected: [String: Set<Patch>] = [:],
        at moment: Timestamp
    ) throws -> [RolloutSpec] {
        guard planDigest == nil || plan != nil else { throw Self.missingPlan(of: stage.name) }
        let selected = nodes.filter { node in
            rules.targets.matches(node) && !cancelled.contains(node.id)
                && (plan == nil || plan?.setIndex(of: node.id) != nil)
        }
        let groups = Dictionary(grouping: selected) { LaneKey(site: $0.site, patchGroup: $0.patchGroup) }
        let specs = try groups.sorted { $0.key < $1.key }.map { try spec(of: $0, $1, plan, moment) }
        try checkRejections(of: specs, rejected)
        return specs
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

    private func checkRejections(of specs: [RolloutSpec], _ rejected: [String: Set<Patch>]) throws {
        for rejection in book.rejections {
            for spec in specs {
                guard let patch = spec.patch(rejectedBy: rejection, rejected[rejection.entry] ?? []) else { continue }
                throw PermanentTaskFailure(
                    "the plan brings \(patch), and \(rejection.owner) has rejected \(rejection.entry) since: \(rejection.reason); "
                        + "abort this cycle and start another, whose plan leaves it out, or accept the patch again and resume"
                )
            }
        }
    }

    private static func missingPlan(of stage: String) -> PermanentTaskFailure {
        PermanentTaskFailure("stage \(stage) needs the frozen plan, and it is not stored; start a new cycle")
    }

    private func spec(
        of key: LaneKey,
        _ nodes: [NodeTarget],
        _ plan: Plan?,
        _ moment: Timestamp
    ) throws -> RolloutSpec {
        RolloutSpec(
            cycle: cycle,
            stage: stage.name,
            rollout: RolloutName.of(cycle: cycle, stage: stage.name, site: key.site, patchGroup: key.patchGroup),
            site: key.site,
            patchGroup: key.patchGroup,
            operation: operation(on: nodes, plan),
            targets: nodes.map(\.id),
            window: try window(key, at: moment),
            rateControl: rules.rateControl,
            deliverySeconds: rules.deliverySeconds,
            hostRunSeconds: rules.hostRunSeconds,
            openedSecond: Int(moment.microseconds / 1_000_000),
            endsWhenHalted: start.command == nil ? nil : true
        )
    }

    /// Patch sets are numbered anew, so that a rollout holds those of its own targets alone.
    private func operation(on nodes: [NodeTarget], _ plan: Plan?) -> RolloutSpec.Operation {
        if case .run(_, let document) = stage.work {
            return .run(document, rebootSlots: RebootSlotsOfTargets(nodes.map(rebootSlot)))
        }
        guard case .install(_, let reboot) = stage.work, let plan, let planDigest else { return .scan }
        let sets = nodes.map { plan.setIndex(of: $0.id) ?? 0 }
        let used = Set(sets).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        return .install(
            InstallWork(
                planDigest: planDigest,
                patchSets: used.map { plan.patchSets[$0] },
                setOfTarget: sets.map { numbers[$0] ?? 0 },
                reboot: reboot,
                hooks: stage.hooks,
                rebootSlots: reboot == .never ? nil : RebootSlotsOfTargets(nodes.map(rebootSlot))
            )
        )
    }

    private func rebootSlot(of node: NodeTarget) -> String? {
        book.policy?.rebootSlots(site: node.site, patchGroup: node.patchGroup, host: node.name)?.name
    }

    private func window(_ lane: LaneKey, at moment: Timestamp) throws -> WindowOccurrence {
        let policy = book.policy ?? Policy()
        let windows = LaneWindows(of: rules, start.definition, policy, opensNow: start.opensWindowsNow)
        let site = try windows.site(lane.site)
        guard let part = try windows.occurrence(in: site, lane.patchGroup, at: moment) else {
            throw never(lane, moment)
        }
        return part
    }

    private func never(_ lane: LaneKey, _ moment: Timestamp) -> PermanentTaskFailure {
        PermanentTaskFailure(
            "the window of \(lane.patchGroup) in site \(lane.site), \(rules.window.opens), never opens again after \(moment) "
                + "outside business hours and freezes"
        )
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
