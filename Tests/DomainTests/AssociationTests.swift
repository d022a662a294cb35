import Domain
import Testing
import Time

@Suite("Associations")
struct AssociationTests {
    private static let day = 86_400

    @Test("It runs when it is made, at each occurrence, and when it is changed; each change is a version")
    func life() throws {
        var (stream, started) = try AssociationStream.made(.sample())
        #expect(started == [1] && stream.state.wakeAt == seconds(Self.day))
        try stream.send(.commandSent(stream.place(1)), at: 5)
        #expect(try stream.end(1, .completed(), at: 60) == [])
        #expect(stream.state.execution(1)?.status == .success && stream.state.lastSuccessAt == seconds(60))
        #expect(try stream.send(.wake, at: Self.day - 1) == [])
        #expect(try stream.send(.wake, at: Self.day) == [2])
        #expect(try stream.end(2, .completed(failed: 1), at: Self.day + 60) == [])
        #expect(stream.state.execution(2)?.details == "Incomplete")
        var changed = AssociationConfiguration(settings: .sample())
        changed.settings.maxErrors = "5"
        #expect(try stream.send(.configure(changed, revision: 1), at: Self.day + 90) == [3])
        #expect(stream.state.versions.map(\.number) == [1, 2] && stream.state.execution(3)?.version == 2)
        changed.tags = ["Owner": "web"]
        #expect(try stream.send(.configure(changed, revision: 2), at: Self.day + 91) == [])
        #expect(stream.state.versions.count == 2 && stream.state.revision == 3, "tags are no version")
        #expect(stream.state.request(at: stream.place(3))?.command.maxErrors == "5")
        #expect(try stream.send(.configure(changed, revision: 3), at: Self.day + 92) == [], "it is so already")
        try stream.checkFold("life")
    }

    @Test("With ApplyOnlyAtCronInterval it waits for its first occurrence, and a start beside it is another run")
    func onlyAtInterval() throws {
        var (stream, started) = try AssociationStream.made(.sample(onlyAtInterval: true))
        #expect(started == [] && stream.state.executions.isEmpty)
        #expect(try stream.send(.start, at: 10) == [1])
        #expect(try stream.send(.start, at: 11) == [] && stream.state.executions.count == 1)
        #expect(try stream.send(.start, at: 12) == [], "one waits already")
        #expect(try stream.end(1, .completed(), at: 20) == [2], "what was asked for runs as soon as it can")
        #expect(try stream.end(2, .completed(), at: 30) == [])
        #expect(try stream.send(.wake, at: Self.day) == [3])
        try stream.checkFold("onlyAtInterval")
    }

    @Test("An occurrence beside an execution that is at work is skipped; those that nobody saw are one")
    func overlap() throws {
        var (stream, _) = try AssociationStream.made(.sample())
        #expect(try stream.send(.wake, at: Self.day) == [])
        #expect(stream.state.execution(2)?.status == .skippedOverlapping && stream.state.active?.number == 1)
        #expect(stream.state.wakeAt == seconds(2 * Self.day))
        #expect(try stream.end(1, .ended(.aborted), at: Self.day + 1) == [])
        #expect(stream.state.execution(1)?.status == .cancelled)
        #expect(try stream.send(.wake, at: 5 * Self.day + 7) == [3])
        #expect(stream.state.wakeAt == seconds(6 * Self.day))
        try stream.checkFold("overlap")
    }

    @Test("A command that cannot be sent fails its execution; what comes late, or twice, changes nothing")
    func refusedCommands() throws {
        var (stream, _) = try AssociationStream.made(.sample(schedule: nil))
        #expect(stream.state.wakeAt == nil)
        try stream.send(.commandRefused(stream.place(1), reason: String(repeating: "x", count: 400)), at: 1)
        #expect(stream.state.execution(1)?.status == .failed && stream.state.execution(1)?.details?.count == 250)
        let events = stream.events.count
        try stream.send(.commandSent(stream.place(1)), at: 2)
        _ = try stream.end(1, .completed(), at: 3)
        try stream.send(.commandEnded(command: "5ba3a3b5-8bbf-4f2e-8d8c-2f6f00000001", .completed()), at: 4)
        #expect(stream.events.count == events)
    }

    @Test("Changes from another state, wrong schedules and long parameters are refused; what is deleted is gone")
    func refusals() throws {
        var (stream, _) = try AssociationStream.made(.sample())
        let other = AssociationConfiguration(settings: .sample(schedule: "rate(2 days)"))
        #expect(throws: AssociationRefusal.changedMeanwhile) { try stream.send(.configure(other, revision: 0), at: 1) }
        let never = AssociationConfiguration(settings: .sample(schedule: "never"))
        #expect(throws: AssociationRefusal.unfitSchedule("it never occurs")) {
            try stream.send(.configure(never, revision: 1), at: 1)
        }
        var long = other
        long.settings.parameters = ["Operation": [String(repeating: "x", count: 65_528)]]
        #expect(throws: AssociationRefusal.tooLarge(bytes: 65_537)) {
            try stream.send(.configure(long, revision: 1), at: 1)
        }
        try stream.send(.delete, at: 2)
        try stream.send(.delete, at: 3)
        #expect(!stream.state.isKept && stream.state.wakeAt == nil && stream.events.count == 3)
        #expect(try stream.end(1, .completed(), at: 4) == [])
        #expect(stream.state.request(at: stream.place(1)) == nil)
        #expect(throws: AssociationRefusal.notFound) { try stream.send(.start, at: 5) }
        #expect(throws: AssociationRefusal.notFound) { try stream.send(.configure(other, revision: 0), at: 5) }
        try stream.checkFold("refusals")
    }

    @Test("Some versions and some hundred executions are kept, those of 30 days")
    func bounds() throws {
        var (stream, _) = try AssociationStream.made(.sample(onlyAtInterval: true))
        for number in 1...220 {
            try stream.send(.start, at: number)
            _ = try stream.end(number, .completed(), at: number)
            var changed = AssociationConfiguration(settings: .sample(onlyAtInterval: true))
            changed.settings.maxErrors = "\(number)"
            try stream.send(.configure(changed, revision: number), at: number)
        }
        #expect(stream.state.executions.count == ExecutionHistory.most && stream.state.executions.last?.number == 220)
        #expect(stream.state.versions.map(\.number) == Array(202...221))
        try stream.send(.start, at: 40 * Self.day)
        #expect(stream.state.executions.map(\.number) == [221])
    }

    @Test("Ids of executions spell the association and the number; all nodes are what `*` names")
    func commands() throws {
        let place = AssociationPlace(association: AssociationStream.id, execution: 0xa1)
        #expect(place.description == "0c50858d-0178-1abc-3def-0000000000a1")
        #expect(AssociationPlace(place.description.uppercased()) == place && AssociationPlace("mw-1") == nil)
        var settings = AssociationSettings.sample()
        let everyone = settings.command.selector(site: "London")
        #expect(everyone?.nodes == nil && everyone?.sites == ["London"] && everyone?.patchGroups == [])
        #expect(settings.command.maxErrors == "100%" && settings.command.maxConcurrency == "50")
        settings.targets.append(CommandTarget(key: "tag:PatchGroup", values: ["web-early"]))
        #expect(settings.command.selector(site: "London")?.patchGroups == ["web-early"])
        settings.duration = 2
        let (stream, _) = try AssociationStream.made(settings)
        let request = try #require(stream.state.request(at: stream.place(1)))
        #expect(request.end == seconds(7_200) && request.owner.actor == "association/\(AssociationStream.id)")
    }
}
