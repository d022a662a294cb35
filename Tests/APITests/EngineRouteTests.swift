import AgentProtocol
import ControlPlaneTestSupport
import DurableStreams
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing
import Time

@Suite("What operators ask of the engine", .timeLimit(.minutes(10)))
struct EngineRouteTests {
    /// Has the engine set a message aside that no decider can read.
    private func poison(_ api: TestAPI, _ id: String = "m/1", stream: String = "cycle/toy") async throws {
        let message = Message(
            id: id,
            stream: StreamID(stream),
            kind: "start",
            body: "{",
            actor: "ana",
            receivedAt: api.controlPlane.clock.now
        )
        let answer = try await api.controlPlane.sender.ask(message, timeout: .seconds(120))
        guard case .setAside = answer else {
            Issue.record("it was not set aside: \(answer)")
            return
        }
    }

    private func settle(
        _ api: TestAPI,
        _ verb: String,
        _ id: String = "m/1",
        stream: String? = nil,
        reason: String? = "a test",
        by: String = "ben",
        key: String? = nil
    ) async throws -> TestResponse {
        let request = SettleMessage(message: id, stream: stream, reason: reason, by: by)
        return try await api.post("/api/v1/engine/\(verb)", request, key: key)
    }

    @Test("The status names the engine, its shards and what it set aside")
    func status() async throws {
        try await TestAPI.with { api in
            try await poison(api)
            let status = try await api.get("/api/v1/engine").decode(EngineView.self)
            #expect(status.engines.count == 1)
            #expect(status.engines.first?.shards == 256)
            #expect(status.engines.first?.isAlive == true)
            #expect(status.unownedShards == 0)
            #expect(status.setAsideCount == 1)
            let shown = try #require(status.setAside.first)
            #expect(shown.id == "m/1")
            #expect(shown.stream == "cycle/toy")
            #expect(shown.kind == "start")
            #expect(shown.actor == "ana")
            #expect(shown.error.hasPrefix("its body cannot be read as start of cycle"), "\(shown.error)")
            #expect(status.settlements.isEmpty)
        }
    }

    @Test("A retried message is decided again; a discarded one is refused for whoever sends it again")
    func settling() async throws {
        try await TestAPI.with { api in
            try await poison(api)
            let first = try await settle(api, "retry", key: "k-1")
            #expect(first.status == .ok)
            let retried = try first.decode(SettlementView.self)
            #expect(retried.verb == "retry")
            #expect(retried.by == "ben")
            #expect(retried.reason == "a test")
            let again = try await api.controlPlane.eventually("set aside again") {
                try await api.get("/api/v1/engine").decode(EngineView.self)
            } until: {
                $0.setAsideCount == 1
            }
            #expect(again.settlements == [retried])
            #expect(try await settle(api, "retry", key: "k-1").decode(SettlementView.self) == retried)

            let discarded = try await settle(api, "discard", stream: "cycle/toy").decode(SettlementView.self)
            #expect(discarded.message.since >= retried.message.since)
            let status = try await api.get("/api/v1/engine").decode(EngineView.self)
            #expect(status.setAside.isEmpty)
            #expect(status.settlements == [discarded, retried])
            #expect(try await settle(api, "discard", by: "eve").decode(SettlementView.self) == discarded)
            let refused = try await settle(api, "retry").problem()
            #expect(refused.status == 409)
            #expect(refused.code == "message-settled")
            #expect(
                refused.detail == "message m/1 to cycle/toy is no longer set aside: ben discarded it at \(discarded.at)"
            )
            let key = MessageKey(stream: StreamID("cycle/toy"), id: "m/1")
            #expect(
                try await api.controlPlane.store.answers(to: [key])[key]
                    == .refused(code: "message-discarded", detail: "ben discarded this message: a test")
            )
        }
    }

    @Test("What cannot be settled is told exactly")
    func refusals() async throws {
        try await TestAPI.with { api in
            let unknown = try await settle(api, "retry", "nothing").problem()
            #expect(unknown.status == 404)
            #expect(unknown.code == "message-not-set-aside")
            #expect(
                unknown.detail == "no message nothing is set aside; `ringmaster engine status` lists those that are"
            )
            try await poison(api)
            try await poison(api, stream: "cycle/other")
            let ambiguous = try await settle(api, "discard").problem()
            #expect(ambiguous.code == "message-ambiguous")
            #expect(ambiguous.detail.hasSuffix("name one of them with --stream: cycle/other, cycle/toy"))
            #expect(try await settle(api, "discard", stream: "cycle/none").problem().code == "message-not-set-aside")
            for (reason, code) in [
                (nil, "reason-missing"), ("", "reason-missing"), ("a\0b", "invalid-text"),
                (String(repeating: "x", count: 1_001), "invalid-text"),
            ] {
                let problem = try await settle(api, "discard", reason: reason).problem()
                #expect(problem.code == code)
                #expect(problem.status == 400)
            }
            #expect(try await settle(api, "retry", "a\0b").problem().code == "invalid-text")
            #expect(try await settle(api, "retry", by: "").problem().code == "invalid-name")
            #expect(try await api.get("/api/v1/engine").decode(EngineView.self).setAsideCount == 2)
        }
    }

    @Test("Metrics are for anybody, as health is")
    func metrics() async throws {
        try await TestAPI.with { api in
            let page = try await api.send(.get, "/metrics")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/plain")
            #expect(page.text == "up 1\n")
        }
    }
}
