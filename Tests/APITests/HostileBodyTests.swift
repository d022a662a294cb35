import AgentProtocol
import ControlPlaneTestSupport
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing
import Time

/// What an agent that means harm, or is broken, can do with what it sends.
@Suite("Bodies that are damaged", .timeLimit(.minutes(10)))
struct HostileBodyTests {
    @Test("Whatever is changed in them, they are taken or refused in words, and no stream stumbles over what was taken")
    func damaged() async throws {
        try await TestAPI.with { api in
            let controlPlane = api.controlPlane
            let agent = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"]).agents[0]
            let activation = try await controlPlane.activation(uses: 1_000)
            _ = try await controlPlane.startCycle()
            let order = try #require(try await agent.nextOrder(of: controlPlane))

            let inventory = try await agent.inventoryBytes()
            for body in Self.damaged(inventory, every: 61) {
                let digest = ContentStore.digest(of: String(decoding: body, as: UTF8.self))
                let target = "/agent/v1/inventories/\(digest)"
                try Self.check(try await api.send(as: agent, .put, target, body: body), body)
            }
            let digest = try await agent.upload(to: controlPlane)
            for body in Self.damaged(
                try Self.batch(on: order, inventory: digest, at: controlPlane.clock.now),
                every: 23
            ) {
                try Self.check(try await api.send(as: agent, .post, "/agent/v1/reports", body: body), body)
            }
            for body in Self.damaged(Array(try JSONEncoder().encode(HostKey().enrolment(activation))), every: 23) {
                try Self.check(try await api.send(.post, "/agent/v1/enrol", body: body), body)
            }
            try await controlPlane.settle()
            let engine = try await api.get("/api/v1/engine").decode(EngineView.self)
            #expect(engine.setAsideCount == 0, "\(engine.setAside.map(\.error))")
        }
    }

    // MARK: - Steps

    /// Reports of every kind, and of reboots.
    private static func batch(on order: Order, inventory: String, at now: Timestamp) throws -> [UInt8] {
        let boots = ["one", "two"].map { BootFacts(bootID: $0, kernel: "6.1") }
        let patch = PatchReference(name: "web", architecture: "all", version: "2")
        let result = PatchResult(patch: patch, state: .installed, versionBefore: "1", versionAfter: "2")
        let reboot = RebootResult(before: boots[0], after: boots[1], outcome: .confirmed, reasons: ["web"])
        let facts: [HostRunFact] = [
            .accepted, .installing, .rebooting(boots[0]), .verifying(boots[1]), .scanned(inventory: inventory),
            .installed(InstallResult(inventory: inventory, patches: [result], reboot: reboot)),
            .failed(kind: .script, detail: "no", inventory: inventory, patches: [result]),
            .refused(reason: .pastCutoff, detail: "late"),
        ]
        let reports = facts.enumerated().map { number, fact in
            Report(order: order.id, sequence: number + 1, at: now, fact: fact)
        }
        let boot = BootReport(at: now, order: nil, outcome: .unordered, before: boots[0], after: boots[1])
        return Array(try JSONEncoder().encode(ReportBatch(reports: reports, boots: [boot])))
    }

    /// The body cut off, and with other bytes, at every so many places; and what is nested without end.
    private static func damaged(_ body: [UInt8], every step: Int) -> [[UInt8]] {
        let places = stride(from: 0, to: body.count, by: step)
        let others = [0x00, 0xff] + Array("\"[}9-".utf8)
        let changed = places.flatMap { place in
            others.map { other in
                var copy = body
                copy[place] = other
                return copy
            }
        }
        let nested = ["[", "{\"reports\":[", "{\"packages\":"].map { Array(String(repeating: $0, count: 20_000).utf8) }
        return places.map { Array(body[..<$0]) } + changed + nested
    }

    private static func check(_ response: TestResponse, _ body: [UInt8]) throws {
        guard response.status.kind != .successful else { return }
        let text = String(decoding: body.prefix(4_000), as: UTF8.self)
        #expect(response.status.kind == .clientError, "\(response.status) for \(text)")
        #expect(try !response.problem().detail.isEmpty)
    }
}
