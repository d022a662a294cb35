import Domain
import Testing
import Time

@Suite("A rollout, whatever happens to it")
struct RolloutProperties {
    @Test("It keeps its limits, ends every host once, and equals the fold of its events", arguments: 1...100)
    func random(seed: UInt64) throws {
        var world = RolloutWorld(seed: seed)
        let steps = Int.random(in: 0...300, using: &world.random)
        for _ in 0..<steps { try world.step() }
        try world.runOut()
        try world.stream.checkFold("seed \(seed)")
    }
}

/// A rollout among hosts and a cycle that behave at random, with every rule checked at every step.
private struct RolloutWorld {
    var random: SplitMix64
    private(set) var stream = Stream<Rollout>()
    private let seed: UInt64
    private let spec: RolloutSpec
    private var now: Timestamp
    private var revision = 0
    private var reported: [RolloutMessage] = []
    private var sequences: [Int: Int] = [:]
    private var finals: [Int: HostRunState] = [:]
    private var ordered: Set<Int> = []
    private var retracted: Set<Int> = []
    private var withdrawn: Set<Int> = []
    private var cancelled: Set<String> = []
    private var endings = 0
    /// Errors since the last time that a person lifted a halt, counted from the events alone.
    private var budget = 0

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        let limit = { (random: inout SplitMix64, minimum: Int) -> Limit in
            random.chance(50)
                ? .percent(Int.random(in: minimum...100, using: &random))
                : .count(Int.random(in: minimum...8, using: &random))
        }
        spec = .sample(
            targets: Int.random(in: 0...60, using: &random),
            concurrency: limit(&random, 1),
            errors: limit(&random, 0),
            operation: random.chance(30) ? .scan : nil,
            deliverySeconds: Int.random(in: 1...4_000, using: &random),
            hostRunSeconds: Int.random(in: 1...6_000, using: &random)
        )
        now = seconds(Int.random(in: 0...1_500, using: &random))
    }

    mutating func step() throws {
        now = now + .seconds(Int.random(in: -5...(random.chance(5) ? 1_000 : 30), using: &random))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: try send(.open(spec))
        case 5..<15: try send(.wake)
        case 15..<20:
            if let wakeAt = stream.state.wakeAt { now = max(now, wakeAt) }
            try send(.wake)
        case 20..<85: try report()
        case 85..<88: if let old = reported.randomElement(using: &random) { try send(old) }
        default: try control()
        }
    }

    /// Time alone must bring it to its end, each wake-up a step nearer.
    mutating func runOut() throws {
        try send(.open(spec))
        var wakes = 0
        while let wakeAt = stream.state.wakeAt {
            now = max(now, wakeAt)
            #expect(!(try send(.wake).isEmpty), "seed \(seed): woken at \(now) for nothing")
            wakes += 1
            guard wakes < 1_000 else { break }
        }
        #expect(stream.state.phase == .ended, "seed \(seed)")
        #expect(finals.count == spec.targets.count, "seed \(seed)")
        #expect(endings == 1, "seed \(seed)")
        #expect(retracted == ordered, "seed \(seed)")
    }

    // MARK: - Steps

    private mutating func report() throws {
        let inFlight = stream.state.hostStates.indices.filter { stream.state.hostStates[$0].isInFlight }
        let any = spec.targets.indices.randomElement(using: &random)
        guard let index = random.chance(80) ? inFlight.randomElement(using: &random) ?? any : any else { return }
        let boot = BootIdentity(bootID: "b", kernel: "k")
        let facts: [HostFact] =
            switch spec.operation {
            case .scan:
                [
                    .accepted, .scanned(inventory: "i"), .brokenDown, .refused(.expired, detail: ""),
                    .refused(.withdrawn, detail: ""),
                ]
            case .run:
                [
                    .accepted, .rebooting(boot), .verifying(boot), .ran(nil, detail: nil),
                    .ran(.script, detail: "exit code 1"), .ran(.cancelled, detail: ""),
                    .refused(.unknownVersion, detail: ""),
                ]
            case .install:
                [
                    .accepted, .installing, .rebooting(boot), .verifying(boot), .installedWell, .brokenDown,
                    .refused(.notAsPlanned, detail: ""), .refused(.expired, detail: ""),
                ]
            }
        let sequence = (sequences[index] ?? 0) + Int.random(in: random.chance(20) ? -1...2 : 1...1, using: &random)
        sequences[index] = sequence
        guard let fact = facts.randomElement(using: &random) else { return }
        let message = RolloutMessage.report(index, sequence, fact)
        reported.append(message)
        try send(message)
    }

    private mutating func control() throws {
        // Sometimes a wish that comes late.
        let wish = max(1, revision + (random.chance(70) ? 1 : Int.random(in: -2...0, using: &random)))
        revision = max(revision, wish)
        if random.chance(8) { return try cancel() }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<4: try send(.abort(reason: "r", by: "ada", revision: wish))
        case 4..<40: try send(.pause(revision: wish))
        case 40..<46:
            let opens = now + .seconds(Int.random(in: -500...2_000, using: &random))
            let cutoff = opens + .seconds(Int.random(in: -100...3_000, using: &random))
            try send(.move(WindowOccurrence(opens: opens, cutoff: cutoff, closes: cutoff + .seconds(60))))
        default: try send(.resume(revision: wish, by: "ada"))
        }
    }

    /// By itself, or with the wish to go on.
    private mutating func cancel() throws {
        let nodes = (0..<5).map { _ in "mi-\(Int.random(in: 0...spec.targets.count, using: &random))" }
        cancelled.formUnion(nodes)
        revision += 1
        try send(random.chance(50) ? .cancel(nodes: nodes) : .resume(revision: revision, by: "ada", cancelled: nodes))
    }

    @discardableResult
    private mutating func send(_ message: RolloutMessage) throws -> [RolloutEvent] {
        let before = stream.state
        do throws(RolloutRefusal) {
            let (events, effects) = try stream.send(message, at: now)
            check(before, events, effects)
            return events
        } catch {
            #expect(stream.state == before, "seed \(seed)")
            #expect(["order-unknown", "rollout-not-open"].contains(error.code), "seed \(seed): \(error.detail)")
            return []
        }
    }

    private mutating func check(_ before: Rollout, _ events: [RolloutEvent], _ effects: [RolloutEffect]) {
        let comment: Comment = "seed \(seed) at \(now)"
        checkState(comment)
        var shadow = before
        for event in events {
            if case .hostsOrdered(let first, let count, let expires, let at) = event {
                #expect(shadow.phase == .running, comment)
                #expect(budget <= spec.rateControl.toleratedErrors(targets: spec.targets.count), comment)
                let window = shadow.spec?.window ?? spec.window
                #expect(window.opens <= at && at < window.cutoff, comment)
                #expect(expires <= window.cutoff && expires > at, comment)
                #expect((first..<first + count).allSatisfy { shadow.hostStates[$0] == .queued }, comment)
                #expect(cancelled.isDisjoint(with: spec.targets[first..<first + count]), comment)
            }
            if case .resumed = event, shadow.phase == .halted { budget = 0 }
            shadow.evolve(event)
            budget += Self.errors(in: event)
        }
        for effect in effects {
            switch effect {
            case .order(let index, _, _): #expect(ordered.insert(index).inserted, comment)
            case .retractOrder(let index, _): #expect(retracted.insert(index).inserted, comment)
            case .withdrawOrder(let index, _):
                #expect(withdrawn.insert(index).inserted, comment)
                #expect(before.hostStates[index].isInFlight, comment)
                #expect(shadow.phase != .running || cancelled.contains(spec.targets[index]), comment)
            case .tell(_, .laneEnded): endings += 1
            case .tell, .tellNode, .tellSlots, .tellUnopened: break
            }
        }
        if stream.state.phase == .aborted {
            let inFlight = stream.state.hostStates.indices.filter { stream.state.hostStates[$0].isInFlight }
            #expect(withdrawn.isSuperset(of: inFlight), comment)
        }
        for index in stream.state.hostStates.indices where cancelled.contains(spec.targets[index]) {
            let state = stream.state.hostStates[index]
            #expect(state.isTerminal || withdrawn.contains(index), comment)
        }
        for (index, state) in stream.state.hostStates.enumerated() where state.isTerminal {
            #expect(finals[index] == nil || finals[index] == state, comment)
            finals[index] = state
        }
        #expect(finals.allSatisfy { stream.state.hostStates[$0.key] == $0.value }, comment)
    }

    private static func errors(in event: RolloutEvent) -> Int {
        switch event {
        case .hostsExpired(let indices, as: .timedOut, _): indices.count
        case .hostReported(let report, _):
            switch report.fact {
            case .failed, .refused(.notAsPlanned, _): 1
            default: 0
            }
        default: 0
        }
    }

    private func checkState(_ comment: Comment) {
        let state = stream.state
        guard state.spec != nil else { return }
        #expect((state.wakeAt == nil) == (state.phase == .ended), comment)
        #expect(state.counts.inFlight <= spec.rateControl.concurrency(targets: spec.targets.count), comment)
        for host in HostRunState.allCases {
            #expect(state.counts[host] == state.hostStates.count { $0 == host }, comment)
        }
    }
}
