import ControlPlane
import ControlPlaneTestSupport
import DurableStreams
import ReadModels
import Testing
import Time

@Suite("Counting host runs", .timeLimit(.minutes(10)))
struct HostRunCounterTests {
    private func count(_ controlPlane: TestControlPlane) async throws -> HostRunFigures {
        try await controlPlane.projector.catchUp()
        return try await HostRunCounter(client: controlPlane.client).count(until: .now + .seconds(600))
    }

    @Test("Host runs are counted by stage and state, as long as their cycle is under way")
    func counted() async throws {
        try await withControlPlane { controlPlane in
            let before = try await count(controlPlane)
            #expect(before == HostRunFigures())
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let cycle = try await controlPlane.startCycle()
            // All three are ordered at once, and none has fetched its order.
            let ordered = try await controlPlane.eventually("ordered") {
                try await count(controlPlane)
            } until: {
                $0.undelivered == 3
            }
            #expect(ordered.cycles == ["running": 1])
            #expect(ordered.hostRuns["scan"]?["ordered"] == 3)
            #expect(ordered.hostRuns["scan"]?.count == 13)
            let store = PostgresStore(client: controlPlane.client, sealKey: TestDeployment.sealKey)
            let issued = try await store.oldestOrders(for: fleet.agents.map(\.node)).map(\.issuedAt).min()
            #expect(ordered.oldestUndelivered == issued)

            try await fleet.scan(cycle, of: controlPlane)
            let scanned = try await count(controlPlane)
            #expect(scanned.hostRuns["scan"]?["succeeded"] == 3)
            #expect(scanned.undelivered == 0)
            #expect(scanned.oldestUndelivered == nil)

            try await controlPlane.steer(cycle, .abort)
            try await controlPlane.cycle(cycle, "aborted") { $0.state == "aborted" }
            #expect(try await count(controlPlane) == HostRunFigures())
        }
    }

    @Test("When there is no time left, no figure is told rather than a wrong one")
    func tooLong() async throws {
        try await withControlPlane { controlPlane in
            _ = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let cycle = try await controlPlane.startCycle()
            try await controlPlane.cycle(cycle, "ordered") { $0.counts.inFlight == 3 }
            try await controlPlane.projector.catchUp()
            await #expect(throws: CountingTooLong.self) {
                try await HostRunCounter(client: controlPlane.client).count(until: .now - .seconds(1))
            }
        }
    }
}
