import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("Health", .timeLimit(.minutes(10)))
struct HealthRouteTests {
    @Test("A control plane that can work says so, to anybody")
    func ready() async throws {
        try await TestAPI.with { api in
            let health = try await api.send(.get, "/healthz")
            #expect(health.status == .ok)
            #expect(health.text == "ok\n")
            let readiness = try await api.send(.get, "/readyz")
            #expect(readiness.status == .ok)
            #expect(readiness.text == "ready\n")
        }
    }

    @Test("One that cannot lives and tells why it is not ready")
    func unready() async throws {
        try await TestAPI.with(problems: ["the database does not answer: gone", "no engine"]) { api in
            #expect(try await api.send(.get, "/healthz").status == .ok)
            let readiness = try await api.send(.get, "/readyz")
            #expect(readiness.status == .serviceUnavailable)
            #expect(readiness.text == "the database does not answer: gone\nno engine\n")
        }
    }

    @Test("What all processes would have is told, and keeps none from being ready")
    func remarks() async throws {
        try await TestAPI.with(remarks: ["read models stand still in shards 7"]) { api in
            let readiness = try await api.send(.get, "/readyz")
            #expect(readiness.status == .ok)
            #expect(readiness.text == "ready\nread models stand still in shards 7\n")
        }
    }
}
