import Domain
import Testing
import Time

@Suite("A maintenance window, whatever happens to it")
struct MaintenanceWindowProperties {
    @Test(
        "One execution is at work at a time, priorities never mix, no node has two commands, and each has its end",
        arguments: 1...200
    )
    func random(seed: UInt64) throws {
        var world = WindowWorld(seed: seed)
        try world.make()
        for _ in 0..<Int.random(in: 0...120, using: &world.random) { try world.step() }
        try world.bringToEnd()
        try world.stream.checkFold("seed \(seed)")
    }
}

/// A window among a worker, commands and people that behave at random, with every rule checked at every step.
private struct WindowWorld {
    var random: SplitMix64
    private(set) var stream = WindowStream()
    private let seed: UInt64
    private var now = seconds(0)
    /// Commands that a worker is to send, and those that are under way, with whether they were told to stop.
    private var toSend: [WindowPlace] = []
    private var underWay: [WindowPlace: Bool] = [:]
    private var everAsked: Set<WindowPlace> = []

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
    }

    mutating func make() throws {
        let groups = (0..<Int.random(in: 1...3, using: &random)).map { WindowTarget.group("t\($0)", "g\($0)") }
        let tasks = (0..<Int.random(in: 0...5, using: &random)).map { number in
            WindowTask.sample(
                "task-\(number)",
                targets: groups.map(\.windowTargetId).filter { _ in random.chance(50) },
                nodes: random.chance(30) ? ["mi-\(number % 2)"] : [],
                priority: Int.random(in: 0...2, using: &random),
                cutoff: random.chance(50) ? .cancelTask : nil
            )
        }
        let configuration = WindowConfiguration(settings: .sample(), targets: groups, tasks: tasks)
        try send(.configure(configuration, revision: 0))
    }

    mutating func step() throws {
        now = now + .seconds(Int.random(in: -60...7_200, using: &random))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<35: try work()
        case 35..<65: try endCommand()
        case 65..<70:
            if let number = stream.state.executions.randomElement(using: &random)?.number {
                try send(.cancel(execution: number))
            }
        case 70..<75: try toggle()
        case 75..<80:
            let over = everAsked.filter { underWay[$0] == nil && !toSend.contains($0) }
            if let place = over.sorted(by: { $0.description < $1.description }).randomElement(using: &random) {
                let events = try send(.commandEnded(command: "\(place)", .completed()))
                #expect(events.isEmpty, "seed \(seed): \(place) is over")
            }
        default: try send(.wake)
        }
    }

    /// With a worker that works and commands that end, every execution must end.
    mutating func bringToEnd() throws {
        for _ in 0..<200 where stream.state.active != nil {
            now = now + .seconds(60)
            try work()
            try endCommand()
        }
        #expect(stream.state.active == nil, "seed \(seed)")
        #expect(stream.state.executions.allSatisfy { $0.status.isTerminal }, "seed \(seed)")
        #expect(toSend.isEmpty && underWay.isEmpty, "seed \(seed): nothing is left behind")
    }

    // MARK: - Steps

    private mutating func toggle() throws {
        guard var configuration = stream.state.configuration else { return }
        configuration.settings.enabled.toggle()
        try send(.configure(configuration, revision: stream.state.revision))
    }

    /// As the real worker: it looks at the window first.
    private mutating func work() throws {
        guard let place = toSend.popLast() else { return }
        if stream.state.invocation(place)?.isStopped == true {
            try send(.commandRefused(place, reason: "stopped"))
            return
        }
        guard random.chance(80) else {
            try send(.commandRefused(place, reason: "no such document"))
            return
        }
        underWay[place] = false
        try send(.commandSent(place))
        // A worker may repeat what it did.
        if random.chance(20) { try send(.commandSent(place)) }
    }

    private mutating func endCommand() throws {
        let places = underWay.keys.sorted { $0.description < $1.description }
        guard let place = places.randomElement(using: &random), let isStopped = underWay.removeValue(forKey: place)
        else { return }
        let ending: CommandEnding = isStopped ? .ended(.aborted) : random.chance(30) ? .ended(.failed) : .completed()
        try send(.commandEnded(command: "\(place)", ending))
    }

    @discardableResult
    private mutating func send(_ message: MaintenanceWindowMessage) throws -> [MaintenanceWindowEvent] {
        let (events, effects) = try stream.send(message, at: now)
        for place in stream.commands(effects) {
            #expect(everAsked.insert(place).inserted, "seed \(seed): \(place) is asked for twice")
            toSend.append(place)
        }
        for place in stream.stops(effects) {
            #expect(underWay[place] != nil, "seed \(seed): \(place) is told to stop while it is under way")
            underWay[place] = true
        }
        check()
        return events
    }

    private func check() {
        let state = stream.state
        #expect(state.executions.count { $0.endedAt == nil } <= 1, "seed \(seed)")
        for execution in state.executions where execution.endedAt != nil {
            #expect(execution.tasks.allSatisfy { $0.status.isTerminal }, "seed \(seed)")
        }
        guard let execution = state.active else { return }
        let working: Set<ExecutionStatus> = [.inProgress, .cancelling]
        let atWork = execution.tasks.filter { $0.invocations.contains { working.contains($0.status) } }
        #expect(Set(atWork.map(\.task.priority)).count <= 1, "seed \(seed)")
        let running = atWork.flatMap(\.invocations).filter { working.contains($0.status) }
        #expect(!running.isEmpty, "seed \(seed): an execution at work has something at work")
        for (index, one) in running.enumerated() {
            #expect(running[(index + 1)...].allSatisfy { one.targets.isApart(from: $0.targets) }, "seed \(seed)")
        }
        if let wakeAt = state.wakeAt, let nextAt = state.nextAt { #expect(wakeAt <= nextAt, "seed \(seed)") }
    }
}
