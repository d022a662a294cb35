import Domain
import Testing
import Time

/// An association as an engine runs it, with a calendar on which it occurs each day.
struct AssociationStream {
    static let id = "0c50858d-0178-1abc-3def-000000000000"

    private(set) var state = Association(name: Association.name(id, site: "eu-west-1"))
    private(set) var events: [AssociationEvent] = []

    static let timing = OccurrenceTiming<AssociationSettings>(
        problem: { settings, _ in settings.scheduleExpression == "never" ? "it never occurs" : nil },
        next: { settings, _, moment in
            guard settings.scheduleExpression != nil else { return nil }
            let period = Int64(86_400_000_000)
            return Timestamp(microseconds: (moment.microseconds / period + 1) * period)
        }
    )

    /// - Returns: the executions whose commands are to be sent.
    @discardableResult
    mutating func send(_ message: AssociationMessage, at second: Int) throws(AssociationRefusal) -> [Int] {
        let decided = try state.decide(message, now: seconds(second), actor: "ada", timing: Self.timing)
        var effects: [CommandEffect<AssociationPlace>] = []
        for event in decided {
            state.evolve(event)
            effects += state.effects(of: event)
        }
        events += decided
        return effects.compactMap { if case .sendCommand(let place) = $0 { place.execution } else { nil } }
    }

    mutating func end(_ execution: Int, _ ending: CommandEnding, at second: Int) throws -> [Int] {
        try send(.commandEnded(command: "\(place(execution))", ending), at: second)
    }

    func place(_ execution: Int) -> AssociationPlace { AssociationPlace(association: Self.id, execution: execution) }

    /// The state that a fresh fold of the stored events gives; also half by a stored snapshot, half by its tail.
    func checkFold(_ comment: Comment) throws {
        let stored = try events.map { try coded($0) }
        #expect(stored == events, comment)
        var folded = Association(name: state.name)
        for (index, event) in stored.enumerated() {
            if index == stored.count / 2 { folded = try coded(folded) }
            folded.evolve(event)
        }
        #expect(folded == state, comment)
    }

    /// A made association, at the moment 0, and the executions that it starts at once.
    static func made(_ settings: AssociationSettings) throws -> (stream: Self, started: [Int]) {
        var stream = Self()
        let started = try stream.send(.configure(AssociationConfiguration(settings: settings), revision: 0), at: 0)
        return (stream, started)
    }
}

extension AssociationSettings {
    static func sample(schedule: String? = "rate(1 day)", onlyAtInterval: Bool? = nil) -> Self {
        Self(
            name: "AWS-RunPatchBaseline",
            parameters: ["Operation": ["Scan"]],
            targets: [CommandTarget(key: "InstanceIds", values: ["*"])],
            scheduleExpression: schedule,
            applyOnlyAtCronInterval: onlyAtInterval
        )
    }
}
