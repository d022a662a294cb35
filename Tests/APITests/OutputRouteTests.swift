import AgentProtocol
import ControlPlaneTestSupport
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ReadModels
import Testing

@Suite("The outputs' routes", .serialized, .timeLimit(.minutes(10)))
struct OutputRouteTests {
    /// `hello` by gzip.
    private static let body: [UInt8] = [
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0,
        0,
        0,
    ]
    private static let order = "c-1/early/Frankfurt/Debian12-early#0#1"

    @Test("What a program printed is kept once, listed and given back as it came")
    func kept() async throws {
        try await withAgent { api, agent in
            let target = OrderOutput.target(order: Self.order, name: "apt")
            for _ in 1...2 {
                #expect(try await api.send(as: agent, .put, target, body: Self.body).status == .ok)
            }
            let listed = try await api.get("/api/v1/nodes/\(agent.node)/outputs").decode(Listing<OutputView>.self)
            #expect(listed.items.map(\.order) == [Self.order] && listed.items.map(\.name) == ["apt"])
            #expect(listed.items.first?.byteCount == Self.body.count)
            let part = PathPart.encoded(Self.order)
            let given = try await api.get("/api/v1/nodes/\(agent.node)/outputs/\(part)/apt")
            #expect(given.status == .ok && given.headers[.contentEncoding] == "gzip")
            #expect(Array(given.body.readableBytesView) == Self.body)
            let missing = try await api.get("/api/v1/nodes/\(agent.node)/outputs/\(part)/dnf")
            #expect(try missing.problem().code == "output-not-found")
            #expect(try await api.get("/api/v1/nodes/mi-none/outputs").status == .notFound)
        }
    }

    @Test("What is no output of an order is not kept")
    func refused() async throws {
        try await withAgent { api, agent in
            for (order, name, body, code) in [
                ("no order", "apt", Self.body, "unknown-order"), (Self.order, "Apt", Self.body, "malformed-output"),
                (Self.order, ".apt", Self.body, "malformed-output"),
                (Self.order, "apt", Array("plain".utf8), "malformed-output"),
            ] {
                let target = OrderOutput.target(order: order, name: name)
                let answer = try await api.send(as: agent, .put, target, body: body)
                #expect(answer.status == .badRequest)
                #expect(try answer.problem().code == code)
            }
            let target = OrderOutput.target(order: Self.order, name: "apt")
            let large = Self.body + [UInt8](repeating: 0, count: OrderOutput.maximumBytes)
            #expect(try await api.send(as: agent, .put, target, body: large).status == .contentTooLarge)
            #expect(try await api.send(.put, target, body: Self.body).status == .unauthorized)
            let listed = try await api.get("/api/v1/nodes/\(agent.node)/outputs").decode(Listing<OutputView>.self)
            #expect(listed.items.isEmpty)
        }
    }

    private func withAgent(_ body: @escaping @Sendable (TestAPI, FakeAgent) async throws -> Void) async throws {
        try await TestAPI.with { api in
            let fleet = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early"])
            try await body(api, fleet.agents[0])
        }
    }
}
