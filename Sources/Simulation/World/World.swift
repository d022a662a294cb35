import DurableStreams
import HeapModule
import Time

/// The whole system in one thread: processes, hosts, people, network and store, in virtual time.
///
/// Everything happens as an action at a moment; equal moments keep the order in which they were asked for. A run is
/// determined by its plan.
package final class World {
    /// More than any run needs.
    private static let maximumActions = 30_000_000

    let plan: RunPlan
    let scenario: Scenario
    private(set) var now: Timestamp
    var random: RandomSource
    private var backupRandom: RandomSource
    private var cloneRandom: RandomSource
    private var clones: [Host] = []
    var faults: FaultSource
    var services: Services
    let checker: Checker
    private(set) var occasions: [Occasion: Int] = [:]
    private(set) var violation: Violation?

    private var actions = Heap<Action>()
    private var sequence = 0
    private var trace: Trace
    private var isOver = false

    private(set) lazy var store = SimulatedStore(self)
    private(set) lazy var network = Network(self)
    private(set) lazy var gateway = Gateway(self)
    private(set) lazy var engines = (1...scenario.engines).map { EngineProcess("engine-\($0)", self) }
    private(set) lazy var workers = (1...2).map { WorkerProcess("worker-\($0)", self) }
    private(set) lazy var hosts = scenario.hosts.map { Host($0, self) }
    private(set) lazy var operators = Operators(self)
    private var hostsByNode: [String: Int] = [:]

    init(_ plan: RunPlan) {
        self.plan = plan
        scenario = Scenario(plan)
        now = scenario.start
        random = RandomSource(seed: plan.seed, stream: 1)
        backupRandom = RandomSource(seed: plan.seed, stream: 4)
        cloneRandom = RandomSource(seed: plan.seed, stream: 5)
        faults = FaultSource(seed: plan.seed, without: plan.without)
        services = Services(seed: plan.seed)
        trace = Trace(limit: plan.traceLines)
        checker = Checker(scenario)
    }

    /// Runs a world to its end.
    package static func run(_ plan: RunPlan) -> RunResult {
        let world = World(plan)
        world.run()
        return RunResult(
            plan: plan,
            violation: world.violation,
            occasions: world.occasions,
            hostDays: Double((world.now - world.scenario.start).components.seconds) / 86_400
                * Double(world.scenario.hosts.count),
            actions: world.sequence,
            digest: world.store.digest,
            trace: world.trace.all
        )
    }

    // MARK: - For what lives in the world

    func schedule(at moment: Timestamp, _ body: @escaping () -> Void) {
        sequence += 1
        actions.insert(Action(at: max(moment, now), sequence: sequence, run: body))
    }

    func schedule(after delay: Duration, _ body: @escaping () -> Void) { schedule(at: now + delay, body) }

    func note(_ occasion: Occasion) { occasions[occasion, default: 0] += 1 }

    func tell(_ who: @autoclosure () -> String, _ what: @autoclosure () -> String) {
        if trace.isOn { trace.add("\(now)  \(who())  \(what())") }
    }

    /// Ends the run.
    func violate(_ invariant: Invariant, _ detail: String) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, detail: detail, at: now)
        tell("CHECK", "\(invariant.rawValue): \(detail)")
    }

    /// Reports what a check has found.
    func judge(_ body: () throws(Violation) -> Void) {
        do throws(Violation) {
            try body()
        } catch {
            violate(error.invariant, error.detail)
        }
    }

    func host(_ node: String) -> Host? { hostsByNode[node].map { hosts[$0] } }

    var isLiveness: Bool { plan.mode == .liveness }

    // MARK: - Running

    private func run() {
        for (index, host) in hosts.enumerated() { hostsByNode[host.node] = index }
        for engine in engines { engine.start() }
        for worker in workers { worker.start() }
        for host in hosts { host.boot() }
        operators.begin()
        schedule(at: scenario.start + .seconds(plan.days * 86_400)) { self.endFaults() }
        watch()
        keepBackups()
        cloneDisks()
        while !isOver, violation == nil, let action = actions.popMin() {
            now = action.at
            action.run()
            if sequence > Self.maximumActions { violate(.worldGoesOn, "\(sequence) actions") }
        }
        if violation == nil { EndCheck(self).run() }
        actions = Heap()
    }

    private func endFaults() {
        guard isLiveness else {
            isOver = true
            return
        }
        tell("WORLD", "the faults end")
        faults.heal(at: now)
        for host in hosts { host.heal() }
        schedule(after: scenario.livenessBound) { self.isOver = true }
    }

    /// Now and then somebody starts a second machine from a copy of a host's disk.
    private func cloneDisks() {
        schedule(after: cloneRandom.seconds(3_600...43_200)) { [self] in
            if faults.strikes(.diskCloned) {
                let original = cloneRandom.one(of: hosts)
                let clone = Host(copyOf: original, machine: "\(original.node)-copy-\(clones.count + 1)")
                tell(original.node, "is copied to another machine")
                clones.append(clone)
                clone.boot()
            }
            if !faults.isHealed { cloneDisks() }
        }
    }

    /// Now and then somebody makes a backup and later brings the database back to it.
    private func keepBackups() {
        schedule(after: backupRandom.seconds(3_600...43_200)) { [self] in
            if faults.strikes(.restore) {
                let (database, memory) = (store.database, checker.memory)
                schedule(after: backupRandom.seconds(3_600...172_800)) { [self] in
                    restore(database, memory, patience: 24)
                }
            }
            if !faults.isHealed { keepBackups() }
        }
    }

    /// Rather while hosts are at work, which is seldom.
    private func restore(_ database: Database, _ memory: Checker.Memory, patience: Int) {
        guard !faults.isHealed else { return }
        guard checker.inFlight > 0 || patience == 0 else {
            return schedule(after: .seconds(1_200)) { [self] in restore(database, memory, patience: patience - 1) }
        }
        tell("WORLD", "the database is brought back to an earlier moment")
        if checker.inFlight > 0 { note(.restoredInFlight) }
        store.restore(database, after: backupRandom.seconds(1...1_800)) { [self] in
            checker.restore(memory)
            operators.restored()
        }
    }

    /// Ends the run early when nothing more will happen.
    private func watch() {
        schedule(after: .seconds(3_600)) {
            self.judge { () throws(Violation) in try EndCheck(self).checkFlow() }
            if self.operators.isDone, EndCheck(self).isQuiet {
                self.isOver = true
            } else {
                self.watch()
            }
        }
    }
}

/// Something that happens at a moment.
private struct Action: Comparable {
    var at: Timestamp
    var sequence: Int
    var run: () -> Void

    static func < (left: Self, right: Self) -> Bool { (left.at, left.sequence) < (right.at, right.sequence) }
    static func == (left: Self, right: Self) -> Bool { left.sequence == right.sequence }
}

extension Checker {
    /// Short for throwing what was found; the time is the world's to add.
    static func fail(_ invariant: Invariant, _ detail: String) -> Violation {
        Violation(invariant: invariant, detail: detail, at: Timestamp(microseconds: 0))
    }
}
