import Crypto
import Domain
import DurableStreams
import PatchStreams
import Scheduling
import Time

/// What workers do for cycles: opens lanes, freezes plans, writes reports; as ControlPlane's worker does, from the world's store.
struct LaneWork {
    let world: World

    init(_ world: World) { self.world = world }

    /// The messages that the task leads to.
    func carryOut(_ task: ClaimedTask) throws -> [Message] {
        let work = try DomainJSON.decode(CycleTask.self, from: task.body)
        guard let cycle = try world.state(of: Cycle.self, task.stream.name), let start = cycle.start else {
            throw WorkFailure("\(task.stream) has not started")
        }
        switch work {
        case .openLanes(let stage):
            let specs = try specs(of: stage, task.stream.name, cycle, start)
            let opened = CycleMessage.lanesOpened(stage: stage, lanes: specs.map(\.lane))
            return try specs.map { try message(RolloutMessage.open($0), to: Rollout.stream($0.rollout), task) }
                + [try message(opened, to: task.stream, task)]
        case .freezePlan:
            return [try message(CycleMessage.planFrozen(try freezePlan(cycle, start)), to: task.stream, task)]
        case .writeReport:
            let digest = Self.digest(of: Array("\(task.stream) at \(world.now)".utf8))
            return [try message(CycleMessage.reportWritten(digest: digest), to: task.stream, task)]
        }
    }

    // MARK: - Lanes

    private func specs(of name: String, _ cycleName: String, _ cycle: Cycle, _ start: CycleStart) throws
        -> [RolloutSpec]
    {
        guard let stage = start.definition.stage(named: name), let rules = stage.laneRules else {
            throw WorkFailure("there is no stage \(name)")
        }
        let plan = cycle.plan.flatMap { world.gateway.plans[$0.digest] }
        let nodes = world.scenario.hosts.filter { host in
            rules.targets.matches(site: host.site, patchGroup: host.group)
                && (stage.work.isScan || plan?.setIndex(of: host.node) != nil)
        }
        let groups = Dictionary(grouping: nodes) { "\($0.site)/\($0.group)" }
        return try groups.keys.sorted().compactMap { key in
            guard let members = groups[key], let first = members.first else { return nil }
            let targets = members.map(\.node).sorted()
            return RolloutSpec(
                cycle: cycleName,
                stage: name,
                rollout: "\(cycleName)/\(name)/\(key)",
                site: first.site,
                patchGroup: first.group,
                operation: try operation(of: stage, on: targets, cycle, plan),
                targets: targets,
                window: try window(rules.window, site: first.site, start),
                rateControl: rules.rateControl,
                deliverySeconds: rules.deliverySeconds,
                hostRunSeconds: rules.hostRunSeconds
            )
        }
    }

    private func operation(of stage: Stage, on targets: [String], _ cycle: Cycle, _ plan: Plan?) throws
        -> RolloutSpec.Operation
    {
        guard case .install(_, let reboot) = stage.work else { return .scan }
        guard let plan, let digest = cycle.plan?.digest else { throw WorkFailure("the plan is not stored") }
        let sets = targets.map { plan.setIndex(of: $0) ?? 0 }
        let used = Set(sets).sorted()
        return .install(
            InstallWork(
                planDigest: digest,
                patchSets: used.map { plan.patchSets[$0] },
                setOfTarget: sets.map { set in used.firstIndex(of: set) ?? 0 },
                reboot: reboot
            )
        )
    }

    private func window(_ rule: WindowRule, site: String, _ start: CycleStart) throws -> WindowOccurrence {
        let calendar = try WindowCalendar(rule, siteZone: start.definition.zone(ofSite: site))
        guard let occurrence = calendar.occurrence(at: world.now) else { throw WorkFailure("no window opens again") }
        return occurrence
    }

    // MARK: - The plan

    private func freezePlan(_ cycle: Cycle, _ start: CycleStart) throws -> PlanSummary {
        var selections: [String: PatchSet] = [:]
        var targets = 0
        for lane in cycle.stages.first?.lanes ?? [] {
            var nodes: [String] = []
            for event in try world.events(of: Rollout.self, lane.rollout) {
                switch event {
                case .opened(let spec, _): nodes = spec.targets
                case .hostReported(let report, _):
                    guard case .scanned(let digest) = report.fact, let inventory = world.gateway.inventories[digest]
                    else {
                        continue
                    }
                    let baseline = start.definition.baseline(ofPatchGroup: lane.patchGroup)
                    selections[nodes[report.index]] =
                        baseline?.select(HostInventory(inventory)) ?? PatchSet(patches: [])
                default: continue
                }
            }
            targets += nodes.count
        }
        let plan = Plan(selections: selections)
        let digest = Self.digest(of: plan.canonicalBytes)
        world.gateway.plans[digest] = plan
        return plan.summary(digest: digest, unscannedCount: targets - selections.count, withoutBaselineCount: 0)
    }

    static func digest(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private func message(_ message: some DomainMessage, to stream: StreamID, _ task: ClaimedTask) throws -> Message {
        Message(
            id: "\(task.id)/\(message.kind)",
            stream: stream,
            kind: message.kind,
            body: try DomainJSON.encode(message),
            actor: "worker/\(task.kind)",
            receivedAt: world.now
        )
    }
}

extension Stage.Work {
    var isScan: Bool { if case .scan = self { true } else { false } }
}

extension RolloutSpec {
    fileprivate var lane: Lane {
        Lane(rollout: rollout, site: site, patchGroup: patchGroup, targetCount: targets.count, window: window)
    }
}

extension World {
    /// A stream's state as the store has it; nil when it has no events.
    func state<Aggregate: StreamBound>(of type: Aggregate.Type, _ name: String) throws -> Aggregate? {
        let stored = store.tables.load(Aggregate.stream(name), fromFirstEvent: false)
        return try stored.fold(DomainDecider<Aggregate>.withoutEffects)?.state
    }

    /// A stream's events as the store has them.
    func events<Aggregate: StreamBound>(of type: Aggregate.Type, _ name: String) throws -> [Aggregate.Event] {
        try store.tables.commits(of: Aggregate.stream(name), after: 0).flatMap { commit in
            try commit.storedEvents().map { try DomainDecider<Aggregate>.withoutEffects.decode($0.event) }
        }
    }
}

/// Why a worker cannot do its task.
struct WorkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
