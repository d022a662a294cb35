import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("What operators ask of deliveries", .timeLimit(.minutes(10)))
struct DeliveryRouteTests {
    @Test("What was given up is listed page by page, and sent again once for each key")
    func resend() async throws {
        try await TestAPI.with { api in
            let controlPlane = api.controlPlane
            let destination = Destination(name: "tickets", webhook: .init(url: "https://tickets.example"))
            try await controlPlane.applyPolicy { $0 = Policy(destinations: [destination]) }
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            let cycle = try await controlPlane.startCycle()
            try await fleet.scan(cycle, of: controlPlane)
            var watch = controlPlane.watch
            try await watch.look()
            // Nobody takes anything in a test that has no destination.
            let failed = try await controlPlane.eventually(
                "given up",
                { try await list(api, "state=failed&limit=1000").items },
                until: { $0.count == 3 }
            )
            let subjects = (fleet.agents.map { "node/\($0.node)" } + ["cycle/\(cycle)"]).sorted()
            #expect(failed.map(\.subject) == subjects)
            #expect(failed.allSatisfy { $0.error == "tickets is nobody here" && $0.failedAt != nil })
            let first = try await list(api, "limit=1")
            let second = try await list(api, "limit=1&after=\(try #require(first.next))")
            #expect((first.items + second.items).map(\.subject) == Array(subjects.prefix(2)))
            #expect(try await list(api, "destination=nobody").items.isEmpty)
            #expect(try await api.ask(.get, "/api/v1/deliveries?state=lost").status == .badRequest)

            let request = ResendDelivery(subject: subjects[0], destination: "tickets", by: "ana")
            for _ in 0..<2 {
                let answer = try await api.post("/api/v1/deliveries/resend", request, key: "k")
                #expect(answer.status == .ok)
                #expect(try answer.decode(DeliveryView.self).id == failed[0].id)
            }
            let unknown = ResendDelivery(subject: "node/none", destination: "tickets", by: "ana")
            let answer = try await api.post("/api/v1/deliveries/resend", unknown, key: nil)
            #expect(answer.status == .notFound)
        }
    }

    private func list(_ api: TestAPI, _ query: String) async throws -> Listing<DeliveryView> {
        try await api.get("/api/v1/deliveries?\(query)").decode(Listing<DeliveryView>.self)
    }
}
