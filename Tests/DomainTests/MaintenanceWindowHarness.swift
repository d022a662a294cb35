import Domain
import Testing
import Time

/// A maintenance window as an engine runs it, with a calendar that opens it every so many seconds.
struct WindowStream {
    static let id = "mw-0c50858d01781abc3"

    private(set) var state = MaintenanceWindow(name: MaintenanceWindow.name(id, site: "eu-west-1"))
    private(set) var events: [MaintenanceWindowEvent] = []

    /// An opening at each full day.
    static let timing = OccurrenceTiming<WindowSettings>(
        problem: { settings, _ in settings.schedule == "never" ? "it never opens" : nil },
        next: { settings, _, moment in
            guard settings.enabled else { return nil }
            let period = Int64(86_400_000_000)
            return Timestamp(microseconds: (moment.microseconds / period + 1) * period)
        }
    )

    @discardableResult
    mutating func send(
        _ message: MaintenanceWindowMessage,
        at now: Timestamp,
        by actor: String = "ada"
    ) throws(MaintenanceWindowRefusal) -> (events: [MaintenanceWindowEvent], effects: [CommandEffect<WindowPlace>]) {
        let decided = try state.decide(message, now: now, actor: actor, timing: Self.timing)
        var effects: [CommandEffect<WindowPlace>] = []
        for event in decided {
            state.evolve(event)
            effects += state.effects(of: event)
        }
        events += decided
        return (decided, effects)
    }

    /// The state that a fresh fold of the stored events gives; also half by a stored snapshot, half by its tail.
    func checkFold(_ comment: Comment) throws {
        let stored = try events.map { try coded($0) }
        #expect(stored == events, comment)
        var folded = MaintenanceWindow(name: state.name)
        for (index, event) in stored.enumerated() {
            if index == stored.count / 2 { folded = try coded(folded) }
            folded.evolve(event)
        }
        #expect(folded == state, comment)
    }

    /// A made window, at the moment 0.
    static func made(
        _ tasks: [WindowTask] = [],
        _ targets: [WindowTarget] = [],
        settings: WindowSettings = .sample()
    ) throws -> Self {
        var stream = Self()
        let configuration = WindowConfiguration(settings: settings, targets: targets, tasks: tasks)
        try stream.send(.configure(configuration, revision: 0), at: seconds(0))
        return stream
    }

    /// Opens on the next day, with the places whose commands are to be sent.
    mutating func open(day: Int) throws -> [WindowPlace] {
        commands(try send(.wake, at: seconds(day * 86_400)).effects)
    }

    func commands(_ effects: [CommandEffect<WindowPlace>]) -> [WindowPlace] {
        effects.compactMap { if case .sendCommand(let place) = $0 { place } else { nil } }
    }

    func stops(_ effects: [CommandEffect<WindowPlace>]) -> [WindowPlace] {
        effects.compactMap { if case .stopCommand(let place, _) = $0 { place } else { nil } }
    }

    func place(_ execution: Int, _ task: Int, _ invocation: Int = 1) -> WindowPlace {
        WindowPlace(window: Self.id, execution: execution, task: task, invocation: invocation)
    }
}

extension WindowSettings {
    /// Open for four hours, the last of which nothing begins in.
    static func sample(enabled: Bool = true) -> Self {
        Self(
            name: "patching",
            schedule: "rate(1 day)",
            duration: 4,
            cutoff: 1,
            allowUnassociatedTargets: true,
            enabled: enabled
        )
    }
}

extension WindowTarget {
    static func group(_ id: String, _ group: String) -> Self {
        Self(
            windowTargetId: id,
            resourceType: "INSTANCE",
            targets: [CommandTarget(key: "tag:Patch Group", values: [group])],
            ownerInformation: "of \(group)"
        )
    }
}

extension WindowTask {
    static func sample(
        _ id: String,
        targets: [String] = [],
        nodes: [String] = [],
        priority: Int = 1,
        cutoff: CutoffBehavior? = nil
    ) -> Self {
        let lists = [(windowTargetIDs, targets), ("InstanceIds", nodes)].filter { !$0.1.isEmpty }
        return Self(
            windowTaskId: id,
            taskArn: "AWS-RunPatchBaseline",
            targets: lists.map { CommandTarget(key: $0.0, values: $0.1) },
            priority: priority,
            maxConcurrency: "10%",
            maxErrors: "1",
            cutoffBehavior: cutoff
        )
    }
}

extension CommandEnding {
    static func completed(_ succeeded: Int = 1, failed: Int = 0, unknown: Int = 0) -> Self {
        var counts = HostRunCounts()
        (counts[.succeeded], counts[.failed], counts[.unknown]) = (succeeded, failed, unknown)
        return Self(state: .completed, counts: counts)
    }

    static func ended(_ state: CycleState) -> Self { Self(state: state, counts: HostRunCounts()) }
}
