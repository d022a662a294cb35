import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import ReadModels
import Testing

@Suite("A place in the log that moves on as it is read", .serialized, .timeLimit(.minutes(10)))
struct EventTailTests {
    /// All that is in the log: a tail of its own asks for the log's end when it first needs it.
    private func gains(
        _ subject: EventTail.Subject,
        after cursor: String?,
        in controlPlane: TestControlPlane
    ) async throws -> [EventTail.Gain] {
        var tail = try await EventTail(of: subject, after: cursor, in: controlPlane.questions, LogEnd())
        var gains: [EventTail.Gain] = []
        while true {
            let next = try await tail.next()
            gains += next
            if next.isEmpty { return gains }
        }
    }

    private func keys(_ gains: some Sequence<EventTail.Gain>) -> [String] {
        gains.flatMap(\.events).map { "\($0.shard):\($0.position) \($0.stream) \($0.type)" }
    }

    @Test("Whoever comes back with any cursor gets the rest, without loss and without anything twice")
    func resumes() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let cycle = "cycle/\(id)"
            let subjects: [(EventTail.Subject, start: String)] = [
                (.all(includesEngine: false), "0:0"), (.cycle(id), "0:0"), (.stream(cycle), "v0"),
            ]
            for (subject, start) in subjects {
                let whole = try await gains(subject, after: start, in: controlPlane)
                #expect(whole.count > 3, "\(subject)")
                for (index, gain) in whole.enumerated() {
                    let rest = try await gains(subject, after: gain.cursor, in: controlPlane)
                    #expect(keys(rest) == keys(whole[(index + 1)...]), "\(subject) after \(index)")
                }
            }
            let ofCycle = try await gains(.cycle(id), after: "0:0", in: controlPlane)
            let streams = Set(ofCycle.flatMap(\.events).map(\.stream))
            #expect(streams.contains(cycle) && streams.contains { $0.hasPrefix("rollout/\(id)/scan/") })
            #expect(streams.allSatisfy { $0 == cycle || $0.hasPrefix("rollout/\(id)/") })
            let page = try await controlPlane.questions.events(of: cycle, after: nil, limit: 1_000, wait: .zero)
            let ofStream = try await gains(.stream(cycle), after: "v0", in: controlPlane)
            #expect(ofStream.flatMap(\.events) == page.events)
            #expect(ofStream.last?.cursor == page.cursor)
        }
    }

    @Test("Without a cursor it begins at the end, and goes on with what comes then", arguments: [nil, "end"])
    func begins(after: String?) async throws {
        try await withControlPlane { controlPlane in
            let subjects: [(String) -> EventTail.Subject] = [
                { _ in .all(includesEngine: false) }, { .cycle($0) }, { .stream("cycle/\($0)") },
            ]
            for makeSubject in subjects {
                let id = try await controlPlane.startCycle()
                let subject = makeSubject(id)
                var tail = try await EventTail(of: subject, after: after, in: controlPlane.questions, LogEnd())
                let decision = SteerCycle(reason: "a test", by: "ana")
                try await controlPlane.services.cycles.steer(id, .pause, decision, key: nil)
                var types: [String] = []
                while !types.contains("cycle.paused.v1") {
                    types += try await tail.next().flatMap(\.events).filter { $0.stream == "cycle/\(id)" }.map(\.type)
                    await Task.yield()
                }
                #expect(!types.contains("cycle.started.v1"), "\(subject)")
            }
        }
    }

    @Test("A cursor of another subject, and a cycle that there is not, are refused")
    func refused() async throws {
        try await withControlPlane { controlPlane in
            for (subject, cursor, code) in [
                (EventTail.Subject.stream("cycle/a"), "0:1", "malformed-cursor"),
                (.all(includesEngine: false), "v1", "malformed-cursor"), (.cycle("none"), "0:0", "cycle-not-found"),
            ] {
                await #expect {
                    _ = try await EventTail(of: subject, after: cursor, in: controlPlane.questions, LogEnd())
                } throws: { ($0 as? Problem)?.code == code }
            }
        }
    }
}
