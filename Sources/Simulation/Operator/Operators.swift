import ControlPlane
import Domain
import DurableStreams
import PatchStreams
import Time

/// The people: they start cycles, approve, pause, resume and abort, err, and ask again when they hear nothing.
final class Operators {
    private static let people = ["ada", "ben", "cleo"]

    private unowned let world: World
    private var requests = 0
    private var started = 0
    private var scheduleHour = 0
    private var scheduleZone = "UTC"
    private var random: RandomSource
    private(set) var isDone = false

    init(_ world: World) {
        self.world = world
        random = RandomSource(seed: world.plan.seed, stream: 3)
    }

    func begin() {
        world.schedule(after: random.seconds(60...7_200)) { [self] in
            startNext()
            look()
        }
    }

    /// The database is back at an earlier moment: what was done since may have to be done again.
    func restored() {
        guard isDone else { return }
        isDone = false
        look()
    }

    // MARK: - Steps

    private func startNext() {
        started += 1
        scheduleHour = random.int(0...23)
        scheduleZone = random.one(of: Scenario.zones)
        askForStart()
    }

    private func askForStart() {
        let start = CycleStart(
            definition: world.scenario.definition,
            definitionDigest: String(repeating: "0", count: 64),
            opensWindowsNow: false
        )
        guard world.scenario.isScheduled else {
            return send(CycleMessage.start(start), to: Cycle.stream("monthly-\(started)"), "start", by: "ada")
        }
        let rule = ScheduleRule(expression: "cron(30 \(scheduleHour) * * ? *)", zone: scheduleZone)
        send(ScheduleMessage.define(ScheduledCycle(rule: rule, start: start)), to: schedule, "define", by: "ada")
    }

    private var schedule: StreamID { StreamID(kind: "schedule", name: "monthly") }

    private func look() {
        world.schedule(after: random.seconds(300...5_400)) { [self] in
            do {
                try act()
            } catch {
                world.violate(.worldGoesOn, "a cycle cannot be read: \(error)")
            }
            if !isDone { look() }
        }
    }

    private func act() throws {
        let cycles = world.store.tables.streams(ofKind: Cycle.streamKind, after: nil, limit: 100)
        // One cycle is enough, whatever enables its schedule again: an edit, or a restore.
        if !cycles.isEmpty, try isScheduling() { send(ScheduleMessage.disable, to: schedule, "disable", by: "ada") }
        guard let stream = cycles.last(where: { !world.checker.isOver($0) }), let latest = try named(stream) else {
            // What was asked for may never have arrived.
            guard hasStarted(cycles) else { return askForStart() }
            guard started < world.scenario.cycles, !world.scenario.isScheduled else { return isDone = true }
            return startNext()
        }
        misbehave(latest.stream, latest.cycle)
        if world.faults.strikes(.freezeDeclared) { try freeze(latest.cycle) }
        help(latest.stream, latest.cycle)
    }

    /// Not by their number: a restored database may have lost an earlier one for good.
    private func hasStarted(_ cycles: [StreamID]) -> Bool {
        world.scenario.isScheduled ? !cycles.isEmpty : cycles.contains(Cycle.stream("monthly-\(started)"))
    }

    private func isScheduling() throws -> Bool {
        let stored = world.store.tables.load(schedule, fromFirstEvent: false)
        return try stored.fold(ScheduleDecider())?.state.isEnabled == true
    }

    private func named(_ stream: StreamID) throws -> (stream: StreamID, cycle: Cycle)? {
        try world.state(of: Cycle.self, stream.name).map { (stream, $0) }
    }

    private func help(_ stream: StreamID, _ cycle: Cycle) {
        guard cycle.abort == nil, world.faults.isHealed || random.chance(0.5) else { return }
        if cycle.hold != nil {
            return send(CycleMessage.resume(reason: nil), to: stream, "resume", by: random.one(of: Self.people))
        }
        guard cycle.missingApprovals > 0, let stage = cycle.currentStage, let plan = cycle.plan else { return }
        let approved = stage.gate?.approvals.map(\.by) ?? []
        guard let person = Self.people.first(where: { !approved.contains($0) }) else { return }
        approve(stream, stage.name, plan.digest, by: person)
        // Second thoughts while the next stage opens.
        guard world.faults.isPossible(.operatorPauses) else { return }
        world.schedule(after: random.seconds(1...20)) { [self] in
            if world.faults.strikes(.operatorPauses, times: 5) { pause(stream) }
        }
    }

    private func pause(_ stream: StreamID) {
        if world.checker.inFlight > 0 { world.note(.pauseInFlight) }
        send(CycleMessage.pause(reason: "to have lunch"), to: stream, "pause", by: "ben")
    }

    private func misbehave(_ stream: StreamID, _ cycle: Cycle) {
        if world.faults.strikes(.operatorPauses) { pause(stream) }
        if world.faults.strikes(.trap) {
            send(CycleMessage.pause(reason: Trap.reason), to: stream, "pause", by: "ben")
        }
        let isDelicate = world.hosts.contains(where: \.isInstalling)
        if world.faults.strikes(.operatorAborts, times: isDelicate ? 30 : 1) {
            if world.hosts.contains(where: \.isRebooting) { world.note(.abortDuringReboot) }
            if world.hosts.contains(where: \.isInstalling) { world.note(.abortDuringInstall) }
            send(CycleMessage.abort(reason: "second thoughts"), to: stream, "abort", by: "cleo")
            race(stream, cycle)
        }
        guard world.faults.strikes(.operatorErrs), let stage = cycle.currentStage else { return }
        let digest = cycle.plan?.digest ?? String(repeating: "1", count: 64)
        switch random.int(0...4) {
        case 0:
            world.note(.wrongApproval)
            approve(stream, stage.name, String(digest.reversed()), by: random.one(of: Self.people))
        case 1:
            guard let first = stage.gate?.approvals.first else { return }
            world.note(.secondApproval)
            approve(stream, stage.name, digest, by: first.by)
        case 2: approve(stream, stage.name, digest, by: "worker/7")
        case 3: edit(stream, cycle)
        default:
            if let cause = cycle.hold?.cause, cause != .person { world.note(.approvalAfterHalt) }
            approve(stream, stage.name, digest, by: random.one(of: Self.people))
        }
    }

    /// What a freeze leaves of the lanes' windows: half of an open one's rest, and the next day's of one that opens within a day.
    private func freeze(_ cycle: Cycle) throws {
        for lane in cycle.currentStage?.openLanes ?? [] {
            let day = Duration.seconds(86_400)
            guard var window = try world.state(of: Rollout.self, lane.rollout)?.spec?.window,
                window.opens < world.now + day
            else { continue }
            if world.now < window.opens {
                window = WindowOccurrence(
                    opens: window.opens + day,
                    cutoff: window.cutoff + day,
                    closes: window.closes + day
                )
            } else if world.now < window.cutoff {
                window.cutoff = world.now + (window.cutoff - world.now) / 2
            }
            send(RolloutMessage.move(window), to: Rollout.stream(lane.rollout), "move", by: "ada")
        }
    }

    /// Somebody approves who has not heard of the abort.
    private func race(_ stream: StreamID, _ cycle: Cycle) {
        guard cycle.missingApprovals > 0, let stage = cycle.currentStage, let plan = cycle.plan else { return }
        world.note(.approvalRacesAbort)
        approve(stream, stage.name, plan.digest, by: "ada")
    }

    /// An edited definition must not reach a cycle in flight, by whatever way it comes.
    private func edit(_ stream: StreamID, _ cycle: Cycle) {
        guard var start = cycle.start else { return }
        if random.chance(0.5), !world.scenario.isScheduled {
            world.note(.baselineEdited)
            start.definition.baselines[0].rejected = []
        } else {
            world.note(.definitionEdited)
            start.definition.stages.remove(at: 1)
        }
        guard world.scenario.isScheduled else {
            return send(CycleMessage.start(start), to: stream, "start-again", by: "ben")
        }
        let rule = ScheduleRule(expression: "cron(30 \(scheduleHour) * * ? *)", zone: scheduleZone)
        send(ScheduleMessage.define(ScheduledCycle(rule: rule, start: start)), to: schedule, "define", by: "ben")
    }

    private func approve(_ stream: StreamID, _ stage: String, _ digest: String, by person: String) {
        let message = CycleMessage.approve(stage: stage, planDigest: digest, roles: ["operator"], reason: nil)
        send(message, to: stream, "approve", by: person)
    }

    private func send(_ message: some DomainMessage, to stream: StreamID, _ verb: String, by person: String) {
        requests += 1
        ask(message, stream, id: verb == "start" ? "start" : "\(verb)/key-\(requests)", by: person, tries: 8)
        world.tell(person, "\(verb) \(stream)")
    }

    /// Asks again with the same key when nothing is heard, and sometimes though there was an answer.
    private func ask(_ message: some DomainMessage, _ stream: StreamID, id: String, by person: String, tries: Int) {
        guard tries > 0 else { return }
        var isAnswered = false
        world.gateway.ask(stream, message, id: id, by: person) { [self] answer in
            isAnswered = true
            world.tell(person, "hears of \(id): \(answer)")
            let key = MessageKey(stream: stream, id: id)
            world.judge { () throws(Violation) in try world.checker.heard(answer, to: key) }
            if world.faults.strikes(.operatorErrs) { ask(message, stream, id: id, by: person, tries: 1) }
        }
        world.schedule(after: random.seconds(25...120)) { [self] in
            if !isAnswered { ask(message, stream, id: id, by: person, tries: tries - 1) }
        }
    }
}
