import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@testable import API

@Suite("Positions of the log", .timeLimit(.minutes(10)))
struct PositionTests {
    @Test("A write tells where its decision stands, a repetition tells the same, and a read waits for it")
    func written() async throws {
        try await TestAPI.with { api in
            let header = try #require(HTTPField.Name("Ringmaster-Position"))
            let start = StartCycle(workflow: "debian12-rings", openNow: true, by: "ana")
            let started = try await api.post("/api/v1/cycles", start, key: "november")
            let position = try #require(started.headers[header])
            #expect(try await api.post("/api/v1/cycles", start, key: "november").headers[header] == position)
            let id = try started.decode(CycleStarted.self).id
            let page = try await api.get("/api/v1/events?stream=cycle/\(id)&last=1000&since=\(position)")
            let events = try page.decode(EventPage.self).events
            #expect(events.contains { "\($0.shard):\($0.position)" == position }, "\(position)")
            #expect(page.headers[header] == nil)
            #expect(try await api.controlPlane.questions.holds(position))
            #expect(try await !api.controlPlane.questions.holds("7:1000000"))
            let refused = try await api.post("/api/v1/cycles", StartCycle(workflow: "none", openNow: true, by: "ana"))
            #expect(refused.headers[header] == nil)
        }
    }

    @Test("Who may not read does not wait, and no more wait than there is room for")
    func room() async throws {
        try await TestAPI.with { api in
            // None is ever at that place: were it waited for, the answer would be `not-yet`.
            let far = "since=7:1000000"
            let early = try await api.token("ana", roles: [.viewer], scope: AccessScope(rings: ["early"]))
            let viewer = try await api.token("bob", roles: [.viewer])
            #expect(try await api.ask(.get, "/api/v1/events?\(far)", token: early).problem().code == "out-of-scope")
            #expect(try await api.ask(.get, "/api/v1/audit?\(far)", token: viewer).problem().code == "not-permitted")
        }
        try await withControlPlane { controlPlane in
            let waits = ReadWaits(questions: controlPlane.questions, most: 2, mostOfEach: 1)
            let people = ["ana", "bob", "eve"].map { Principal(proof: .token($0), name: $0, roles: [.viewer]) }
            @Sendable
            func status(_ principal: Principal) async -> Int? {
                do {
                    return try await waits.wait(for: principal) { nil }
                } catch {
                    return (error as? Problem)?.status
                }
            }
            try await waits.wait(for: people[0]) {
                #expect(await status(people[0]) == 429)
                try await waits.wait(for: people[1]) { #expect(await status(people[2]) == 503) }
                #expect(await status(people[2]) == nil)
            }
            #expect(await status(people[0]) == nil)
        }
    }

    @Test("A position that the log does not come to is told as such when the time is up")
    func notYet() async throws {
        try await withControlPlane { controlPlane -> Void in
            await #expect {
                try await controlPlane.questions.wait(for: "7:1000000", atMost: .zero)
            } throws: { error in
                guard let problem = error as? Problem else { return false }
                return problem.status == 409 && problem.code == "not-yet" && problem.retryAfterSeconds == 1
            }
        }
    }

    @Test("A read that waits goes on as soon as the log is there")
    func comes() async throws {
        try await withControlPlane { controlPlane in
            let id = try await controlPlane.startCycle()
            let last = try #require(try await controlPlane.questions.latestEvents(of: "cycle/\(id)", 1).events.last)
            async let waited: Void = controlPlane.questions.wait(
                for: "\(last.shard):\(last.position + 1)",
                atMost: .seconds(300)
            )
            try await controlPlane.services.cycles.steer(id, .pause, SteerCycle(reason: "a test", by: "ana"), key: nil)
            try await waited
        }
    }
}
