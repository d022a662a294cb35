import Client
import Testing

struct RouteTests {
    @Test("What a person types stays inside its part of the path")
    func encoding() {
        #expect(Route.api("nodes", "../cycles").description == "/api/v1/nodes/..%2Fcycles")
        #expect(Route.api("nodes", "..").description == "/api/v1/nodes/%2E%2E")
        #expect(Route.api("cycles", "a b?x=ü", "abort").description == "/api/v1/cycles/a%20b%3Fx%3D%C3%BC/abort")
    }

    @Test("Parameters without a value are left out")
    func query() {
        let route = Route.api("events", query: ["after": nil, "stream": "cycle/1", "limit": "5"])
        #expect(route.description == "/api/v1/events?stream=cycle%2F1&limit=5")
        #expect(Route.api("cycles", "1", query: ["at": nil]).description == "/api/v1/cycles/1")
    }

    @Test("Each write has a key of its own, of 128 bits")
    func keys() {
        let keys = Set((0..<100).map { _ in ControlPlaneClient.randomKey() })
        #expect(keys.count == 100)
        #expect(keys.allSatisfy { $0.utf8.count == 32 })
    }
}
