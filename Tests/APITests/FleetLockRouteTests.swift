import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("FleetLock", .serialized, .timeLimit(.minutes(10)))
struct FleetLockRouteTests {
    private struct Failure: Decodable, Equatable {
        var kind: String
        var value: String
    }

    @Test("A client locks, locks again, keeps others out, and unlocks")
    func protocolOfOne() async throws {
        try await withGroups { api in
            #expect(try await post(api, "pre-reboot", "a").status == .ok)
            #expect(try await post(api, "pre-reboot", "a").status == .ok)
            let full = try await post(api, "pre-reboot", "b")
            #expect(full.status == .conflict)
            let failure = try full.decode(Failure.self)
            #expect(failure.kind == "failed_lock_semaphore_full" && failure.value.contains("fleetlock/a"))
            #expect(try await post(api, "steady-state", "b").status == .ok)
            #expect(try await post(api, "pre-reboot", "b").status == .conflict)
            #expect(try await post(api, "steady-state", "a").status == .ok)
            #expect(try await post(api, "pre-reboot", "b").status == .ok)
            let view = try await api.get("/api/v1/reboot-slots/open").decode(RebootSlotsView.self)
            #expect(view.holders.map(\.name) == ["fleetlock/b"])
            let groups = try await api.get("/api/v1/reboot-slots").decode(Listing<RebootSlotsView>.self).items
            #expect(groups.map(\.group) == ["open", "closed"])
            let release = ReleaseRebootSlot(holder: "fleetlock/b", reason: "stuck", by: "ana")
            #expect(try await api.post("/api/v1/reboot-slots/open/release", release).status == .ok)
            #expect(try await post(api, "pre-reboot", "c").status == .ok)
        }
    }

    @Test("A client of a group that is not open, without the header, or with a strange body gets nothing")
    func refused() async throws {
        try await withGroups { api in
            for group in ["closed", "unknown", "../open", "open\u{0}"] {
                let refused = try await post(api, "pre-reboot", "a", group: group)
                #expect(refused.status == .notFound)
                #expect(try refused.decode(Failure.self).kind == "unknown_group")
            }
            #expect(try await post(api, "pre-reboot", "a", header: nil).status == .badRequest)
            #expect(try await post(api, "pre-reboot", "a", header: "yes").status == .badRequest)
            #expect(try await post(api, "pre-reboot", "").status == .badRequest)
            #expect(try await post(api, "pre-reboot", "two words").status == .badRequest)
            #expect(try await post(api, "pre-reboot", String(repeating: "a", count: 129)).status == .badRequest)
            let large = try await post(api, "pre-reboot", String(repeating: "a", count: 5_000))
            #expect(large.status == .contentTooLarge)
            #expect(try large.decode(Failure.self).kind == "bad_request")
        }
    }

    @Test("Nobody is served where it is not switched on")
    func off() async throws {
        try await TestAPI.with { api in
            let refused = try await post(api, "pre-reboot", "a")
            #expect(refused.status == .notFound)
        }
    }

    @Test("More requests in a minute than are answered are refused, and the rest of the server does not hear of them")
    func bounded() async throws {
        try await withGroups { api in
            var last = try await post(api, "pre-reboot", "a", group: "unknown", header: nil)
            for _ in 1...1_300 where last.status != .tooManyRequests {
                last = try await post(api, "pre-reboot", "a", group: "unknown", header: nil)
            }
            #expect(try last.decode(Failure.self).kind == "too_many_requests")
            #expect(try await api.get("/api/v1/reboot-slots").status == .ok)
        }
    }

    // MARK: - Given

    private func withGroups(_ body: @escaping @Sendable (TestAPI) async throws -> Void) async throws {
        try await TestAPI.with(servesFleetLock: true) { api in
            try await api.controlPlane.applyPolicy { policy in
                policy.rebootSlots = [
                    RebootSlotGroup(name: "open", isOpenToFleetLock: true),
                    RebootSlotGroup(name: "closed", hosts: ["db-*"]),
                ]
            }
            try await api.controlPlane.settle()
            try await body(api)
        }
    }

    private func post(
        _ api: TestAPI,
        _ verb: String,
        _ client: String,
        group: String = "open",
        header: String? = "true"
    ) async throws -> TestResponse {
        var headers = HTTPFields()
        if let header { headers[try #require(HTTPField.Name("fleet-lock-protocol"))] = header }
        let body = ["client_params": ["id": client, "group": group]]
        return try await api.send(.post, "/v1/\(verb)", headers: headers, body: Array(try JSONEncoder().encode(body)))
    }
}
