import ControlPlane
import Crypto
import Domain
import DurableStreams
import PatchStreams
import ReadModels

/// What workers do for cycles: ControlPlane's own plans of lanes and patches, over what the world's store holds.
struct LaneWork {
    let world: World

    init(_ world: World) { self.world = world }

    /// The messages that the task leads to.
    ///
    /// - Throws: ``PermanentTaskFailure`` when only a person can help.
    func carryOut(_ task: ClaimedTask) throws -> [Message] {
        let work = try DomainJSON.decode(CycleTask.self, from: task.body)
        guard let cycle = try world.state(of: Cycle.self, task.stream.name), let start = cycle.start else {
            throw PermanentTaskFailure("\(task.stream) has not started")
        }
        let replies: [Reply] =
            switch work {
            case .openLanes(let stage): try openLanes(of: stage, task.stream.name, cycle, start)
            case .freezePlan: [Reply(task.stream, CycleMessage.planFrozen(try freezePlan(cycle, start)))]
            case .checkGate(let stage, let check, let round):
                checkGate(stage, check, round, of: cycle, task.stream)
            case .writeReport: [Reply(task.stream, CycleMessage.reportWritten(digest: report(of: task)))]
            }
        return try replies.map { try $0.message(of: task, at: world.now) }
    }

    // MARK: - Steps

    private func openLanes(of stage: String, _ name: String, _ cycle: Cycle, _ start: CycleStart) throws -> [Reply] {
        var book = PolicyBook()
        if let slots = world.scenario.rebootSlots {
            book.evolve(.applied(Policy(rebootSlots: [slots]), digest: "slots", by: "ada", at: world.scenario.start))
        }
        let opening = try LaneOpening(of: stage, cycle: name, cycle, start, book)
        let nodes = world.scenario.hosts.sorted { $0.node < $1.node }.map {
            NodeTarget(id: $0.node, site: $0.site, patchGroup: $0.group, name: $0.node)
        }
        var specs = try opening.specs(
            for: nodes,
            plan: opening.planDigest.flatMap { world.store.database.plans[$0] },
            at: world.now
        )
        if world.plan.defect == .openingsNotTold {
            for index in specs.indices { specs[index].openedSecond = nil }
        }
        try claimTargets(of: specs)
        return opening.replies(specs)
    }

    /// As ``NodeClaims`` does: all or none, and what is over is void.
    private func claimTargets(of specs: [RolloutSpec]) throws {
        let claims = world.store.database.claims
        for spec in specs {
            for node in spec.targets {
                guard let other = claims[node], other != spec.rollout, try !isOver(other) else { continue }
                throw PermanentTaskFailure("\(node) has work in \(other)")
            }
        }
        world.store.claim(specs)
    }

    private func isOver(_ rollout: String) throws -> Bool {
        if let state = try world.state(of: Rollout.self, rollout), state.spec != nil { return state.phase == .ended }
        return try world.state(of: Cycle.self, RolloutName.cycle(of: rollout))?.step.isTerminal ?? true
    }

    private func freezePlan(_ cycle: Cycle, _ start: CycleStart) throws -> PlanSummary {
        var draft = PlanDraft(start.definition)
        for lane in cycle.stages.first?.lanes ?? [] {
            let commits = world.store.tables.commits(of: Rollout.stream(lane.rollout), after: 0)
            try draft.add(try commits.flatMap { try $0.storedEvents() }.lazy.map(\.event), of: lane)
        }
        for digest in draft.inventories {
            guard let inventory = world.store.database.inventories[digest] else { continue }
            draft.select(HostInventory(inventory), digest: digest, at: world.now)
        }
        let plan = draft.plan
        let digest = Self.digest(of: plan.canonicalBytes)
        world.store.keep(plan, digest: digest)
        return draft.summary(of: plan, digest: digest)
    }

    private func checkGate(_ stage: String, _ name: String, _ round: Int, of cycle: Cycle, _ stream: StreamID)
        -> [Reply]
    {
        guard cycle.check(stage: stage, name: name, round: round) != nil else { return [] }
        let question = Services.Question(cycle: stream.name, stage: stage, check: name, round: round)
        let passed = world.services.ask(question, at: world.now, isHealed: world.faults.isHealed)
        let found = passed ? "well" : "out of order"
        let answer = CheckAnswer(round: round, askedAt: world.now, passed: passed, found: found)
        return [Reply(stream, CycleMessage.checkAnswered(stage: stage, check: name, answer))]
    }

    private func report(of task: ClaimedTask) -> String {
        Self.digest(of: Array("\(task.stream) at \(world.now)".utf8))
    }

    static func digest(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension World {
    /// A stream's state as the store has it; nil when it has no events.
    func state<Aggregate: StreamBound>(
        of type: Aggregate.Type,
        _ name: String,
        fromFirstEvent: Bool = false
    ) throws -> Aggregate? {
        let stored = store.tables.load(Aggregate.stream(name), fromFirstEvent: fromFirstEvent)
        return try stored.fold(DomainDecider<Aggregate>.withoutEffects)?.state
    }
}
