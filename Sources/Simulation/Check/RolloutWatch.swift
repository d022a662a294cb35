import Domain
import Time

/// A rollout as its committed events say, judged by the definition that its cycle is pinned to.
struct RolloutWatch {
    private enum Phase { case running, paused, halted, aborted, ended }

    let name: String
    private(set) var spec: RolloutSpec?
    private var openedAt = Timestamp(microseconds: .max)
    private(set) var states: [HostRunState] = []
    private(set) var counts = HostRunCounts()
    private var phase = Phase.running
    private var ordered: Set<Int> = []
    private var errors = 0
    private var forgiven = 0
    private var cancelledNodes: Set<String> = []

    init(name: String) { self.name = name }

    var hasEnded: Bool { phase == .ended }
    var isRunning: Bool { phase == .running }

    /// - Returns: the nodes whose host runs began, and those whose ended.
    mutating func take(_ event: RolloutEvent, _ cycles: [String: CycleWatch], _ world: World) throws(Violation)
        -> (began: [String], ended: [String])
    {
        if hasEnded { throw Checker.fail(.endsOnce, "\(name) had ended: \(event.type)") }
        switch event {
        case .opened(let spec, let at): try open(spec, at, cycles, world)
        case .hostsOrdered(let first, let count, _, let at): return (try order(first..<first + count, at), [])
        case .hostReported(let report, _): return ([], try take(report, world))
        case .hostsExpired(let indices, let state, _):
            world.note(state == .unknown ? .hostUnknown : .hostTimedOut)
            var ended: [String] = []
            for index in indices { ended += try end(index, as: state) }
            return ([], ended)
        case .queueEnded(let state, _):
            if state == .missedWindow { world.note(.missedWindow) }
            for index in states.indices where states[index] == .queued { _ = try end(index, as: state) }
        case .cancelRequested(let nodes, _): cancelledNodes.formUnion(nodes)
        case .hostsCancelled(let indices, _): try cancel(indices)
        case .ordersWithdrawn(let indices, _): try withdraw(indices, world)
        case .halted: try halt(world)
        case .paused: if phase == .running { phase = .paused }
        case .resumed:
            if phase == .halted { forgiven = errors }
            phase = .running
        case .aborted: phase = .aborted
        case .windowMoved(let window, _):
            world.note(.windowMoved)
            spec?.window = window
        case .ended:
            if let index = states.firstIndex(where: { !$0.isTerminal }) {
                throw Checker.fail(.allAccounted, "\(name) ends and its target \(index) is \(states[index].name)")
            }
            phase = .ended
        }
        return ([], [])
    }

    private func withdraw(_ indices: [Int], _ world: World) throws(Violation) {
        guard indices.allSatisfy({ mayWithdraw($0) && states[$0].isInFlight }) else {
            throw Checker.fail(.endsOnce, "\(name) takes orders of \(indices) back while \(phase)")
        }
        if !indices.isEmpty { world.note(.orderWithdrawn) }
    }

    private mutating func cancel(_ indices: [Int]) throws(Violation) {
        guard indices.allSatisfy({ mayWithdraw($0) && states[$0] == .queued }) else {
            throw Checker.fail(.endsOnce, "\(name) cancels \(indices), which nobody wants or which are under way")
        }
        for index in indices { _ = try end(index, as: .cancelled) }
    }

    private func mayWithdraw(_ index: Int) -> Bool {
        guard let spec, states.indices.contains(index) else { return false }
        return phase == .aborted || cancelledNodes.contains(spec.targets[index])
    }

    /// After all that one decision led to.
    func checkHalt() throws(Violation) {
        guard phase == .running || phase == .paused, errors - forgiven > tolerated else { return }
        throw Checker.fail(.haltsAtThreshold, "\(name) has \(errors - forgiven) errors of \(tolerated) and is \(phase)")
    }

    // MARK: - Rules

    private var tolerated: Int {
        switch spec?.rateControl.maxErrors {
        case .count(let count): count
        case .percent(let percent): states.count * percent / 100
        case nil: .max
        }
    }

    private var concurrency: Int {
        switch spec?.rateControl.maxConcurrency {
        case .count(let count): max(1, count)
        case .percent(let percent): max(1, Int((Double(states.count * percent) / 100).rounded(.up)))
        case nil: 0
        }
    }

    // MARK: - Steps

    private mutating func open(
        _ spec: RolloutSpec,
        _ at: Timestamp,
        _ cycles: [String: CycleWatch],
        _ world: World
    ) throws(Violation) {
        self.spec = spec
        openedAt = at
        states = Array(repeating: .queued, count: spec.targets.count)
        counts[.queued] = spec.targets.count
        guard let cycle = cycles[spec.cycle], let rules = cycle.definition?.stage(named: spec.stage)?.laneRules else {
            throw Checker.fail(.planIsObeyed, "\(name) belongs to no stage")
        }
        guard rules.rateControl == spec.rateControl else {
            throw Checker.fail(.planIsObeyed, "\(name) has another rate control than its stage")
        }
        try WindowRuleCheck(scenario: world.scenario).check(spec, rules.window, world)
        guard case .install(let work) = spec.operation else { return }
        guard work.planDigest == cycle.planDigest, let plan = world.store.database.plans[work.planDigest] else {
            throw Checker.fail(
                .planIsObeyed,
                "\(name) installs \(work.planDigest), frozen is \(cycle.planDigest ?? "none")"
            )
        }
        for (index, node) in spec.targets.enumerated() {
            guard let set = plan.setIndex(of: node), plan.patchSets[set] == spec.patchSet(at: index) else {
                throw Checker.fail(.planIsObeyed, "\(name) gives \(node) other patches than the plan")
            }
        }
    }

    private mutating func order(_ targets: Range<Int>, _ at: Timestamp) throws(Violation) -> [String] {
        guard let spec else { throw Checker.fail(.planIsObeyed, "\(name) orders before it is opened") }
        guard phase == .running else { throw Checker.fail(.nothingStartsAfterHalt, "\(name) orders while \(phase)") }
        guard errors - forgiven <= tolerated else {
            throw Checker.fail(.nothingStartsAfterHalt, "\(name) orders after \(errors - forgiven) errors")
        }
        guard spec.window.opens <= at, at < spec.window.cutoff else {
            throw Checker.fail(.startsInWindow, "\(name) orders at \(at), its window is \(spec.window)")
        }
        for index in targets {
            guard ordered.insert(index).inserted, states.indices.contains(index), states[index] == .queued else {
                throw Checker.fail(.orderedOnce, "\(name) orders its target \(index) again")
            }
            move(index, to: .ordered)
        }
        guard counts.inFlight <= concurrency else {
            throw Checker.fail(
                .concurrencyHolds,
                "\(name) has \(counts.inFlight) in flight, allowed are \(concurrency)"
            )
        }
        return targets.map { spec.targets[$0] }
    }

    private mutating func take(_ report: HostReport, _ world: World) throws(Violation) -> [String] {
        guard let spec, states.indices.contains(report.index) else {
            throw Checker.fail(.orderedOnce, "\(name) takes a report on target \(report.index), which it does not have")
        }
        let state = Self.state(after: report.fact)
        guard state.isTerminal else {
            try checkInFlight(report.index, "reports \(report.fact.name)")
            move(report.index, to: state)
            return []
        }
        if state == .failed || Self.isFault(report.fact) { errors += 1 }
        if state == .cancelled {
            guard mayWithdraw(report.index) else {
                throw Checker.fail(.endsOnce, "\(name) has a host that nobody cancelled")
            }
            world.note(.endedEarly)
        }
        if state == .succeeded { try checkOrigin(of: report, spec, world) }
        if state == .succeeded, case .installed(_, let patches, _) = report.fact {
            try HostTruth(world).check(patches, on: spec.targets[report.index])
            guard Set(patches.map(\.patch)) == Set(spec.patchSet(at: report.index).patches) else {
                throw Checker.fail(
                    .successIsTrue,
                    "\(spec.targets[report.index]) succeeded in \(name) with other patches than it was to get"
                )
            }
        }
        return try end(report.index, as: state)
    }

    /// A restored database opens a lane again; what hosts did for the first opening proves nothing of the second.
    private func checkOrigin(of report: HostReport, _ spec: RolloutSpec, _ world: World) throws(Violation) {
        let node = spec.targets[report.index]
        let order = OrderID(rollout: name, index: report.index, attempt: report.attempt)
        // One that was killed as it took the order is not known to have.
        guard world.checker.takenAt["\(node) \(order)"].map({ $0 >= openedAt }) ?? true else {
            throw Checker.fail(.resultIsOfOrder, "\(node) succeeded in \(order) before it was opened at \(openedAt)")
        }
    }

    private mutating func end(_ index: Int, as state: HostRunState) throws(Violation) -> [String] {
        guard states.indices.contains(index), let spec else { return [] }
        let wasQueued = states[index] == .queued
        if !wasQueued { try checkInFlight(index, "ends as \(state.name)") }
        if state == .timedOut { errors += 1 }
        move(index, to: state)
        return wasQueued ? [] : [spec.targets[index]]
    }

    private mutating func halt(_ world: World) throws(Violation) {
        guard errors - forgiven > tolerated else {
            throw Checker.fail(
                .haltsAtThreshold,
                "\(name) halts at \(errors - forgiven) errors, tolerated are \(tolerated)"
            )
        }
        if counts.inFlight > 0 { world.note(.haltInFlight) }
        if counts[.queued] == 0 { world.note(.thresholdInLastBatch) }
        phase = .halted
    }

    private func checkInFlight(_ index: Int, _ what: String) throws(Violation) {
        guard states[index].isInFlight else {
            throw Checker.fail(.endsOnce, "target \(index) of \(name) is \(states[index].name) and \(what)")
        }
    }

    private mutating func move(_ index: Int, to state: HostRunState) {
        counts[states[index]] -= 1
        counts[state] += 1
        states[index] = state
    }

    // MARK: - Facts

    private static func state(after fact: HostFact) -> HostRunState {
        switch fact {
        case .accepted: .accepted
        case .installing: .installing
        case .rebooting: .rebooting
        case .verifying: .verifying
        case .refused(.withdrawn, _), .failed(.cancelled, _, _, _), .ran(.cancelled, _): .cancelled
        case .refused(let cause, _): cause.isError ? .failed : .refused
        case .scanned: .succeeded
        case .ran(let failure, _): failure == nil ? .succeeded : .failed
        case .failed: .failed
        case .installed(_, let patches, let reboot):
            patches.contains { $0.state == .failed } || reboot.map(spoils) == true ? .failed : .succeeded
        }
    }

    private static func spoils(_ reboot: RebootProof) -> Bool {
        !reboot.isConfirmed && (reboot.outcome != .oldKernel || reboot.isKernelOrdered != false)
    }

    private static func isFault(_ fact: HostFact) -> Bool {
        if case .refused(let cause, _) = fact { cause.isError } else { false }
    }
}
