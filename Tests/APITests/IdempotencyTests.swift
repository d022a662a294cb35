import AgentProtocol
import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("Requests about rejections that are sent again", .serialized, .timeLimit(.minutes(10)))
struct IdempotencyTests {
    private func reject(_ entry: String, _ api: TestAPI, key: String) async throws -> TestResponse {
        let body = RejectPatch(entry: entry, reason: "it breaks", expires: nil, by: "ana")
        return try await api.post("/api/v1/policy/rejections", body, key: key)
    }

    private func accept(_ entry: String, _ api: TestAPI, key: String) async throws -> TestResponse {
        let body = AcceptPatch(entry: entry, reason: "mended", by: "ana")
        return try await api.post("/api/v1/policy/acceptances", body, key: key)
    }

    /// What the policy's stream says of rejections, oldest first.
    private func events(_ api: TestAPI) async throws -> [String] {
        let page = try await api.controlPlane.questions.events(
            of: "policy/fleet",
            after: nil,
            limit: 1_000,
            wait: .zero
        )
        return page.events.map(\.type).filter { $0.hasPrefix("policy.patch-") }
    }

    @Test("The same key is carried out once and answered alike; for another patch it is another request")
    func once() async throws {
        try await TestAPI.with { api in
            let (rejected, accepted) = ("policy.patch-rejected.v1", "policy.patch-accepted.v1")
            let first = try await reject("acme-web", api, key: "k")
            #expect(first.status == .ok)
            let again = try await reject("acme-web", api, key: "k")
            #expect(again.status == .ok && again.text == first.text)
            #expect(try await events(api) == [rejected])
            #expect(try await reject("acme-tls", api, key: "k").status == .ok)
            #expect(try await events(api) == [rejected, rejected])

            let taken = try await accept("acme-web", api, key: "k")
            #expect(taken.status == .ok)
            let takenAgain = try await accept("acme-web", api, key: "k")
            #expect(takenAgain.status == .ok && takenAgain.text == taken.text)
            #expect(try await accept("acme-tls", api, key: "k").status == .ok)
            #expect(try await events(api) == [rejected, rejected, accepted, accepted])

            // A repetition that comes late does not undo what was decided since.
            #expect(try await reject("acme-web", api, key: "k").status == .ok)
            #expect(try await events(api).count == 4)
            // A refusal is repeated as well, though it would be taken by now.
            #expect(try await accept("acme-web", api, key: "other").problem().code == "patch-not-rejected")
            #expect(try await reject("acme-web", api, key: "new").status == .ok)
            #expect(try await accept("acme-web", api, key: "other").problem().code == "patch-not-rejected")
        }
    }
}
