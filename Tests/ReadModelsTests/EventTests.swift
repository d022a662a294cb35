import AgentProtocol
import ControlPlaneTestSupport
import ReadModels
import Testing

@Suite("The log as a list of events", .serialized, .timeLimit(.minutes(10)))
struct EventTests {
    @Test("Read page by page, every event comes once, in each stream in order")
    func pages() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            var (events, cursor, pages) = ([EventView](), String?.none, 0)
            while true {
                let page = try await controlPlane.questions.events(after: cursor, limit: 1, wait: .zero)
                guard !page.events.isEmpty else { break }
                events += page.events
                cursor = page.cursor
                pages += 1
            }
            #expect(pages > 3)
            let cycle = events.filter { $0.stream == "cycle/\(id)" }.map(\.type)
            #expect(
                cycle == [
                    "cycle.started.v1", "cycle.stage-opened.v1", "cycle.lanes-opened.v1", "cycle.lane-ended.v1",
                    "cycle.stage-ended.v1", "cycle.plan-frozen.v1", "cycle.gate-opened.v1",
                ]
            )
            #expect(events.first { $0.type == "cycle.started.v1" }?.actor == "ana")
            let whole = try await controlPlane.questions.events(
                of: "cycle/\(id)",
                after: nil,
                limit: 1_000,
                wait: .zero
            )
            #expect(whole.events.map(\.type) == cycle)
        }
    }

    @Test("The newest are the last of all, however many commits that takes")
    func newest() async throws {
        try await withControlPlane { controlPlane in
            for _ in 1...20 { _ = try await controlPlane.activation() }
            let all = try await controlPlane.questions.latestEvents(1_000)
            #expect(all.events.count >= 20)
            for count in [1, 15, 16, 17, 20, all.events.count] {
                let page = try await controlPlane.questions.latestEvents(count)
                #expect(page.events == all.events.suffix(count), "\(count)")
                #expect(page.cursor == all.cursor)
            }
        }
    }

    @Test("A reader at the end waits for what comes next")
    func waits() async throws {
        try await withControlPlane { controlPlane in
            _ = try await controlPlane.activation()
            let end = try await controlPlane.questions.events(after: "end", limit: 10, wait: .zero)
            #expect(end.events.isEmpty)
            async let next = controlPlane.questions.events(
                after: end.cursor,
                limit: 10,
                wait: .seconds(60)
            )
            let activation = try await controlPlane.activation()
            let page = try await next
            #expect(page.events.map(\.stream) == ["activation/\(activation.activation)"])
            #expect(page.cursor != end.cursor)
        }
    }

    @Test("A cursor that did not come with a page is refused")
    func malformed() async throws {
        let cursors = ["soon", "1", "1:", ":1", "256:1", "-1:1", "1:-1", "1:2:3", "1:2,x", "1:99999999999999999999"]
        try await withControlPlane { controlPlane in
            for cursor in cursors {
                let problem = await #expect(throws: Problem.self, "\(cursor)") {
                    try await controlPlane.questions.events(after: cursor, limit: 1, wait: .zero)
                }
                #expect(problem?.status == 400)
                #expect(problem?.code == "malformed-cursor")
            }
        }
    }
}
