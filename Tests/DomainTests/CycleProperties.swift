import Domain
import Testing
import Time

@Suite("A cycle, whatever happens to it")
struct CycleProperties {
    @Test("No stage opens before its gate holds, approvals count once, and it comes to an end", arguments: 1...200)
    func random(seed: UInt64) throws {
        var world = CycleWorld(seed: seed)
        let steps = Int.random(in: 0...150, using: &world.random)
        for _ in 0..<steps { try world.step() }
        try world.bringToEnd()
        try world.stream.checkFold("seed \(seed)")
    }
}

/// A cycle among workers, rollouts and people that behave at random, with every rule checked at every step.
private struct CycleWorld {
    var random: SplitMix64
    private(set) var stream = Stream<Cycle>()
    private let seed: UInt64
    private let start: CycleStart
    private var now = seconds(0)
    private var tasks: [CycleTask] = []
    /// Of checks, each with the moment from which it may be asked.
    private var questions: [(task: CycleTask, notBefore: Timestamp)] = []
    private var lanes: [String] = []
    private var sent: [(CycleMessage, String)] = []
    private var endings = 0
    private let people = ["ada", "bob", "cy", "worker/1"]

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        var start = CycleStart.sample(role: "approver")
        if seed % 2 == 0 { start.definition.stages[1].gate?.checks = [.sample("a"), .sample("b", every: 20)] }
        self.start = start
    }

    mutating func step() throws {
        now = now + .seconds(Int.random(in: -5...60, using: &random))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: try send(.start(start))
        case 10..<25: try work()
        case 25..<35: try answer()
        case 35..<50: try endLane()
        case 50..<53:
            if let lane = lanes.randomElement(using: &random) { try send(.laneHalted(rollout: lane, errors: 1)) }
        case 53..<75: try approve()
        case 75..<80: try send(.pause(reason: "r"), by: person())
        case 80..<86: try send(.resume(reason: nil), by: person())
        case 86..<87: try send(.abort(reason: "r"), by: person())
        case 87..<92: if let (message, actor) = sent.randomElement(using: &random) { try send(message, by: actor) }
        default: try send(.wake)
        }
    }

    /// With workers that work, lanes that end and people that answer, it must come to an end.
    mutating func bringToEnd() throws {
        try send(.start(start))
        for _ in 0..<200 where !stream.state.step.isTerminal {
            if stream.state.hold != nil { try send(.resume(reason: nil)) }
            while !tasks.isEmpty { try work(fails: false) }
            while !lanes.isEmpty { try endLane() }
            for name in ["ada", "bob"] { try approve(rightly: true, by: name) }
            for _ in questions { try answer(rightly: true) }
            if let wakeAt = stream.state.wakeAt { now = max(now, wakeAt) }
            try send(.wake)
        }
        #expect(stream.state.step.isTerminal, "seed \(seed): stuck at \(stream.state.step)")
        #expect(endings == 1, "seed \(seed)")
        #expect(stream.state.wakeAt == nil, "seed \(seed)")
    }

    // MARK: - Steps

    private mutating func person() -> String { people.randomElement(using: &random) ?? "ada" }

    private mutating func work(fails: Bool = true) throws {
        guard !tasks.isEmpty else { return }
        let task = tasks.removeFirst()
        if fails, random.chance(15) { return try send(.taskFailed(task, error: "no"), by: "worker/1") }
        switch task {
        case .openLanes(let stage):
            let names = (0..<Int.random(in: 0...3, using: &random)).map { "\(stage)/\($0)" }
            lanes += names
            // Rollouts may end before their worker has spoken.
            if random.chance(20) { try endLane() }
            try send(.lanesOpened(stage: stage, lanes: names.map { .sample($0) }), by: "worker/1")
        case .freezePlan:
            let nodes = random.chance(95) ? 10 : 0
            let plan = PlanSummary(digest: "p1", patchCount: 1, nodeCount: nodes, unscannedCount: 0)
            try send(.planFrozen(plan), by: "worker/1")
        case .writeReport: try send(.reportWritten(digest: "r"), by: "worker/1")
        case .checkGate: Issue.record("seed \(seed): \(task) is not asked for at a later time")
        }
    }

    /// Asks a check when it is due, or hears late, twice or never what was found.
    private mutating func answer(rightly: Bool = false) throws {
        guard !questions.isEmpty else { return }
        let (task, notBefore) = questions.removeFirst()
        guard case .checkGate(let stage, let check, let round) = task else { return }
        now = max(now, notBefore)
        if !rightly, random.chance(10) { return try send(.taskFailed(task, error: "no"), by: "worker/1") }
        let late = rightly ? 0 : Int.random(in: -20...200, using: &random)
        let answer = CheckAnswer(
            round: round,
            askedAt: now + .seconds(-late),
            passed: rightly || random.chance(60),
            found: "f"
        )
        try send(.checkAnswered(stage: stage, check: check, answer), by: "worker/1")
    }

    private mutating func endLane() throws {
        guard let index = lanes.indices.randomElement(using: &random) else { return }
        let lane = lanes.remove(at: index)
        let failed = random.chance(20) ? 3 : 0
        try send(.laneEnded(.sample(lane, succeeded: 10 - failed, failed: failed)), by: "stream/\(lane)")
    }

    private mutating func approve(rightly: Bool = false, by name: String? = nil) throws {
        let stage =
            rightly ? stream.state.currentStage?.name : start.definition.stages.randomElement(using: &random)?.name
        let digest = rightly || random.chance(80) ? "p1" : "p2"
        let roles = rightly || random.chance(80) ? ["approver"] : []
        try send(.approve(stage: stage ?? "scan", planDigest: digest, roles: roles, reason: nil), by: name ?? person())
    }

    private mutating func send(_ message: CycleMessage, by actor: String = "ada") throws {
        sent.append((message, actor))
        let before = stream.state
        do throws(CycleRefusal) {
            let (events, effects) = try stream.send(message, at: now, by: actor)
            check(before, events, effects)
        } catch {
            #expect(stream.state == before, "seed \(seed)")
            #expect(!error.detail.isEmpty && !error.code.isEmpty, "seed \(seed)")
        }
    }

    private mutating func check(_ before: Cycle, _ events: [CycleEvent], _ effects: [CycleEffect]) {
        let comment: Comment = "seed \(seed) at \(now)"
        #expect(events.isEmpty || !before.step.isTerminal, comment)
        var shadow = before
        for event in events {
            if case .stageOpened(let stage, let at) = event { checkOpening(of: stage, at: at, shadow, comment) }
            if [.completed, .aborted, .failed].contains(where: { $0 == Self.ending(event) }) { endings += 1 }
            shadow.evolve(event)
        }
        for case .task(let task) in effects { tasks.append(task) }
        for case .later(let task, let notBefore) in effects { questions.append((task, notBefore)) }
        let isHeld = stream.state.hold != nil || stream.state.abort != nil
        if isHeld { #expect(stream.state.wakeAt == nil, comment) }
        // Whatever it waits for is bound to come: a task, a lane, time, or a person.
        switch stream.state.step {
        case .runningLanes: #expect(stream.state.currentStage?.openLanes.isEmpty == false, comment)
        case .gate:
            let waitsForPeople = isHeld || stream.state.missingApprovals > 0
            let isAsked = stream.state.openChecks.allSatisfy { check, progress in
                questions.contains { $0.task == .checkGate(stage: "early", check: check.name, round: progress.round) }
            }
            #expect(isAsked, comment)
            let waitsForAnswers = !stream.state.openChecks.isEmpty
            #expect(waitsForPeople || waitsForAnswers || (stream.state.wakeAt ?? now) > now, comment)
        default: break
        }
    }

    /// Judged from the events alone.
    private func checkOpening(of stage: String, at: Timestamp, _ state: Cycle, _ comment: Comment) {
        let stages = start.definition.stages
        guard let index = stages.firstIndex(where: { $0.name == stage }), index > 0 else { return }
        #expect(state.hold == nil && state.abort == nil, comment)
        let (previous, progress) = (stages[index - 1], state.stages[index - 1])
        var approvers: Set<String> = []
        var approvalCount = 0
        for case .approved(previous.name, let approval) in stream.events {
            #expect(approval.planDigest == state.plan?.digest, comment)
            #expect(ActorName.isPerson(approval.by), comment)
            approvers.insert(approval.by)
            approvalCount += 1
        }
        #expect(approvers.count == approvalCount, comment)
        #expect(approvalCount >= previous.gate?.approval?.by ?? 0, comment)
        let ended = progress.endedAt ?? at
        #expect(at >= ended + .seconds(previous.gate?.soakSeconds ?? 0), comment)
        let isExceeded = previous.gate?.isExceeded(by: progress.counts) ?? false
        #expect(!isExceeded || progress.gate?.waiver != nil, comment)
        #expect(progress.openLanes.isEmpty && state.plan != nil, comment)
        for check in previous.gate?.checks ?? [] { checkPass(of: check, after: previous.name, at: at, comment) }
    }

    /// Its last answer is a fresh pass, or a person went on after its failure.
    private func checkPass(of check: GateCheck, after stage: String, at: Timestamp, _ comment: Comment) {
        var last: CheckAnswer?
        var (hasHalted, isWaived) = (false, false)
        for event in stream.events {
            switch event {
            case .checkAnswered(stage, check.name, let answer, let answeredAt):
                #expect(answer.askedAt <= answeredAt, comment)
                last = answer
            case .checkFailed(stage, let name, let failures, _, _, _):
                hasHalted = name == check.name
                if hasHalted { #expect(failures >= check.failures && last?.passed == false, comment) }
            case .resumed: isWaived = isWaived || (hasHalted && last?.passed == false)
            case .paused, .gateExceeded, .taskFailed, .laneHalted: hasHalted = false
            default: break
            }
        }
        let isFresh = last.map { $0.passed && at < $0.askedAt + .seconds(2 * check.everySeconds) } ?? false
        #expect(isWaived || isFresh, comment)
    }

    private static func ending(_ event: CycleEvent) -> CycleStep? {
        switch event {
        case .completed: .completed
        case .aborted: .aborted
        case .failed: .failed
        default: nil
        }
    }
}
