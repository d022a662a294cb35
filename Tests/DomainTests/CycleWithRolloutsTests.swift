import Domain
import Testing
import Time

@Suite("A cycle and its rollouts")
struct CycleWithRolloutsTests {
    @Test("Paused while its lanes are being opened, no host starts before it is resumed")
    func pausedWhileOpening() throws {
        var world = FleetWorld(seed: 1)
        try world.tell(.start(.sample()))
        try world.tell(.pause(reason: "audit"))
        try world.openLanes()
        try world.settle()
        #expect(world.ordered.isEmpty)
        try world.tell(.resume(reason: nil))
        try world.settle()
        #expect(world.ordered.count == FleetWorld.lanes * FleetWorld.hosts)
    }

    @Test("Aborted while its lanes are being opened, no host starts at all")
    func abortedWhileOpening() throws {
        var world = FleetWorld(seed: 1)
        try world.tell(.start(.sample()))
        try world.tell(.abort(reason: "wrong month"))
        try world.openLanes()
        try world.settle()
        #expect(world.ordered.isEmpty)
        #expect(world.cycle.state.state == .aborted)
    }

    @Test("Aborted it ends, though the opening of a lane was lost")
    func lostOpening() throws {
        var world = FleetWorld(seed: 1)
        try world.tell(.start(.sample()))
        try world.openLanes(losing: true)
        try world.settle()
        #expect(world.cycle.state.state == .running)
        try world.tell(.abort(reason: "it hangs"))
        try world.settle()
        for host in world.ordered.sorted() { try world.finish(host) }
        try world.settle()
        #expect(world.cycle.state.state == .aborted)
    }

    @Test(
        "A node that was cancelled while lanes are being opened has no order, however messages cross",
        arguments: 1...50
    )
    func cancelledWhileOpening(seed: UInt64) throws {
        var world = FleetWorld(seed: seed)
        try world.tell(.start(.sample()))
        try world.openLanes()
        try world.tell(.cancel(nodes: ["mi-1", "mi-9"]))
        try world.settle()
        try world.wake()
        #expect(world.ordered.count == FleetWorld.lanes * (FleetWorld.hosts - 1), "seed \(seed)")
        #expect(world.ordered.allSatisfy { !$0.hasSuffix("#1") }, "seed \(seed)")
        for rollout in world.rollouts.values {
            #expect(rollout.state.hostStates == [.ordered, .cancelled, .ordered, .ordered], "seed \(seed)")
        }
    }

    @Test("However messages cross, rollouts do in the end what their cycle wants", arguments: 1...200)
    func inAnyOrder(seed: UInt64) throws {
        var world = FleetWorld(seed: seed)
        try world.tell(.start(.sample()))
        for step in 0..<12 {
            switch Int.random(in: 0..<6, using: &world.random) {
            case 0: try world.tell(.pause(reason: "r"))
            case 1: try world.tell(.resume(reason: nil))
            case 2 where step > 8: try world.tell(.abort(reason: "r"))
            case 3 where step > 5: try world.tell(.cancel(nodes: ["mi-1"]))
            default: try world.deliver()
            }
            if step == 3 { try world.openLanes() }
        }
        try world.settle()
        let cycle = world.cycle.state
        for (name, rollout) in world.rollouts where rollout.state.phase != .ended {
            let isHeld = cycle.hold != nil || cycle.abort != nil
            #expect((rollout.state.phase == .running) != isHeld, "seed \(seed): \(name) is \(rollout.state.phase)")
            guard cycle.cancelledNodes != nil else { continue }
            let isStopped = rollout.state.hostStates[1] == .cancelled || world.withdrawn.contains("\(name)#1")
            // One that has not begun hears of it when it does.
            #expect(isStopped || isHeld && rollout.state.hostStates[1] == .queued, "seed \(seed): \(name)")
        }
    }
}

/// A cycle and the rollouts of its first stage; messages between them arrive in any order.
private struct FleetWorld {
    static let lanes = 3
    static let hosts = 4

    var random: SplitMix64
    private(set) var cycle = Stream<Cycle>()
    private(set) var rollouts: [String: Stream<Rollout>] = [:]
    /// `ROLLOUT#INDEX` of each order that was given.
    private(set) var ordered: Set<String> = []
    private(set) var withdrawn: Set<String> = []
    private var toCycle: [CycleMessage] = []
    private var toRollouts: [(rollout: String, RolloutMessage)] = []
    private let now = seconds(2_000)

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// What a person wants; a refusal changes nothing.
    mutating func tell(_ message: CycleMessage) throws {
        do throws(CycleRefusal) {
            take(try cycle.send(message, at: now).effects)
        } catch {
            #expect(["cycle-not-held", "cycle-aborting", "cycle-over"].contains(error.code))
        }
    }

    /// Does what the worker does.
    ///
    /// - Parameter losing: whether the first opening never arrives.
    mutating func openLanes(losing: Bool = false) throws {
        let specs = (0..<Self.lanes).map { number in
            var spec = RolloutSpec.sample(targets: Self.hosts, operation: .scan)
            spec.rollout = "c/scan/site-\(number)/g"
            return spec
        }
        toRollouts += specs.dropFirst(losing ? 1 : 0).map { ($0.rollout, .open($0)) }
        toCycle.append(.lanesOpened(stage: "scan", lanes: specs.map { .sample($0.rollout) }))
    }

    /// Reports the host's success.
    mutating func finish(_ host: String) throws {
        let parts = host.split(separator: "#")
        guard let rollout = parts.first, let index = parts.last.flatMap({ Int($0) }) else { return }
        toRollouts.append((String(rollout), .report(index, 1, .scanned(inventory: "i"))))
    }

    mutating func settle() throws { while try deliver() {} }

    /// Orders are given a batch at a time, and what is left by wake-ups.
    mutating func wake() throws {
        for name in rollouts.keys.sorted() {
            while let wakeAt = rollouts[name]?.state.wakeAt, wakeAt <= now {
                let effects = try rollouts[name, default: Stream()].send(.wake, at: now).effects
                guard !effects.isEmpty else { break }
                for effect in effects { take(effect, of: name) }
            }
        }
    }

    /// Hands one message over; false when there is none.
    @discardableResult
    mutating func deliver() throws -> Bool {
        let count = toCycle.count + toRollouts.count
        guard count > 0 else { return false }
        let index = Int.random(in: 0..<count, using: &random)
        if index < toCycle.count {
            take(try cycle.send(toCycle.remove(at: index), at: now, by: "worker/1").effects)
        } else {
            let (name, message) = toRollouts.remove(at: index - toCycle.count)
            let effects = try rollouts[name, default: Stream()].send(message, at: now).effects
            for effect in effects { take(effect, of: name) }
        }
        return true
    }

    // MARK: - Steps

    private mutating func take(_ effects: [CycleEffect]) {
        for case .tell(let rollout, let message) in effects { toRollouts.append((rollout, message)) }
    }

    private mutating func take(_ effect: RolloutEffect, of rollout: String) {
        switch effect {
        case .order(let index, _, _): ordered.insert("\(rollout)#\(index)")
        case .withdrawOrder(let index, _): withdrawn.insert("\(rollout)#\(index)")
        case .retractOrder, .tellNode, .tellSlots: break
        case .tell(_, let message): toCycle.append(message)
        case .tellUnopened:
            let outcome = LaneOutcome(rollout: rollout, counts: HostRunCounts(), failures: [])
            toCycle.append(.laneEnded(outcome))
        }
    }
}
