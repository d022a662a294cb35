import AgentProtocol
import ControlPlaneTestSupport
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@Suite("The agents' routes", .serialized, .timeLimit(.minutes(10)))
struct AgentRouteTests {
    private func withAgent(_ body: @escaping @Sendable (TestAPI, FakeAgent) async throws -> Void) async throws {
        try await TestAPI.with { api in
            let fleet = try await Fleet.enrolled(in: api.controlPlane, sites: ["Frankfurt"], rings: ["early"])
            try await body(api, fleet.agents[0])
        }
    }

    @Test("A host enrols, gets its order, uploads what it found and reports it")
    func scan() async throws {
        try await TestAPI.with { api in
            let activation = try await api.controlPlane.activation()
            let request = Array(try JSONEncoder().encode(HostKey().enrolment(activation)))
            let enrolled = try await api.send(.post, "/agent/v1/enrol", body: request)
            #expect(enrolled.status == .created)
            #expect(try await api.send(.post, "/agent/v1/enrol", body: request).text == enrolled.text)
        }
        try await withAgent { api, agent in
            #expect(try await api.send(as: agent, .get, "/agent/v1/orders?wait=0").status == .noContent)
            let id = try await api.controlPlane.startCycle()
            let order = try #require(try await agent.nextOrder(of: api.controlPlane))
            let fetched = try await api.send(as: agent, .get, "/agent/v1/orders?wait=60")
            #expect(fetched.status == .ok)
            #expect(try fetched.decode(OrderEnvelope.self).payload.contains(order.id))

            let inventory = try await agent.inventoryBytes()
            let digest = ContentStore.digest(of: String(decoding: inventory, as: UTF8.self))
            let scanned = await agent.report(.scanned(inventory: digest), on: order, at: api.controlPlane.clock.now)
            let batch = Array(try JSONEncoder().encode(ReportBatch(reports: [scanned])))
            let early = try await api.send(as: agent, .post, "/agent/v1/reports", body: batch)
            #expect(early.status == .conflict)
            #expect(try early.problem().code == "unknown-inventory")
            let uploaded = try await api.send(as: agent, .put, "/agent/v1/inventories/\(digest)", body: inventory)
            #expect(uploaded.status == .ok)
            for _ in 1...2 {
                #expect(try await api.send(as: agent, .post, "/agent/v1/reports", body: batch).status == .ok)
            }
            try await api.controlPlane.gate(of: "scan", in: id)
        }
    }

    @Test("A request that is not signed does nothing")
    func unsigned() async throws {
        try await withAgent { api, agent in
            let routes: [(HTTPRequest.Method, String)] = [
                (.get, "/agent/v1/orders?wait=0"), (.post, "/agent/v1/reports"), (.put, "/agent/v1/inventories/abc"),
                (.post, "/agent/v1/reboot-slots"), (.post, "/agent/v1/reboot-slots/release"),
            ]
            for (method, target) in routes {
                let unsigned = try await api.send(method, target)
                #expect(unsigned.status == .unauthorized, "\(target)")
                #expect(try unsigned.problem().code == "unauthenticated")
                // The operators' token is no agent's signature.
                #expect(try await api.ask(method, target).status == .unauthorized)
            }
            // Signed for another target.
            let proof = try agent.proof("GET", "/agent/v1/orders?wait=0", at: api.controlPlane.clock.now)
            var headers = HTTPFields()
            headers[try #require(HTTPField.Name(RequestSignature.nodeHeader))] = proof.node
            headers[try #require(HTTPField.Name(RequestSignature.timeHeader))] = proof.time
            headers[try #require(HTTPField.Name(RequestSignature.signatureHeader))] = proof.signature
            #expect(try await api.send(.get, "/agent/v1/orders?wait=0", headers: headers).status == .noContent)
            #expect(try await api.send(.get, "/agent/v1/orders?wait=1", headers: headers).status == .unauthorized)
        }
    }

    @Test("A reboot slot is for an order that needs one, and given back to a group that there is")
    func rebootSlots() async throws {
        try await withAgent { api, agent in
            let ask = Array(try JSONEncoder().encode(RebootSlotRequest(order: "c/early/London/db#0#1")))
            let asked = try await api.send(as: agent, .post, "/agent/v1/reboot-slots", body: ask)
            #expect(asked.status == .conflict)
            #expect(try asked.problem().code == "order-without-slot")
            let release = Array(try JSONEncoder().encode(RebootSlotRelease(slot: "db", fence: 1)))
            let released = try await api.send(as: agent, .post, "/agent/v1/reboot-slots/release", body: release)
            #expect(released.status == .conflict)
            #expect(try released.problem().code == "reboot-slots-unknown")
        }
    }

    @Test("Megabytes are taken in only from whom we may know")
    func unknownUploads() async throws {
        try await withAgent { api, agent in
            let large = [UInt8](repeating: UInt8(ascii: " "), count: 9 << 20)
            let proof = try agent.proof("PUT", "/agent/v1/inventories/abc", at: api.controlPlane.clock.now)
            for (node, time, code) in [
                ("mi-00000000000000000", proof.time, "unauthenticated"), (proof.node, "soon", "unauthenticated"),
                (proof.node, "0", "clock-skew"),
            ] {
                var headers = HTTPFields()
                headers[try #require(HTTPField.Name(RequestSignature.nodeHeader))] = node
                headers[try #require(HTTPField.Name(RequestSignature.timeHeader))] = time
                let refused = try await api.send(.put, "/agent/v1/inventories/abc", headers: headers, body: large)
                #expect(try refused.problem().code == code, "before the body's size is known")
            }
        }
    }

    @Test("A body that cannot be read is told its place, and nothing of it is taken")
    func malformed() async throws {
        try await withAgent { api, agent in
            let enrolment = try await api.send(.post, "/agent/v1/enrol", body: Array("{\"activation\":1}".utf8))
            #expect(enrolment.status == .badRequest)
            #expect(try enrolment.problem().detail.contains("at activation: "))
            let fact = #"{"reports":[{"order":"c#0#1","sequence":1,"at":1,"fact":{"exploded":{}}}]}"#
            let report = try await api.send(as: agent, .post, "/agent/v1/reports", body: Array(fact.utf8))
            #expect(report.status == .badRequest)
            #expect(try report.problem().detail.contains("at reports[0].fact"))
            let foreign = #"{"reports":[{"order":"no order","sequence":1,"at":1,"fact":{"accepted":{}}}]}"#
            let unknown = try await api.send(as: agent, .post, "/agent/v1/reports", body: Array(foreign.utf8))
            #expect(try unknown.problem().code == "unknown-order")
            let upload = try await api.send(as: agent, .put, "/agent/v1/inventories/abc", body: Array("{}".utf8))
            #expect(upload.status == .badRequest)
            #expect(try upload.problem().code == "digest-mismatch")
        }
    }

    @Test("Reports may have 1 MiB, inventories 8 MiB")
    func limits() async throws {
        try await withAgent { api, agent in
            let space = UInt8(ascii: " ")
            let reports = Array("{\"reports\":[]}".utf8) + [UInt8](repeating: space, count: 1 << 20)
            #expect(try await api.send(as: agent, .post, "/agent/v1/reports", body: reports).status == .contentTooLarge)
            let large = try await agent.inventoryBytes() + [UInt8](repeating: space, count: 7 << 20)
            let digest = ContentStore.digest(of: String(decoding: large, as: UTF8.self))
            #expect(try await api.send(as: agent, .put, "/agent/v1/inventories/\(digest)", body: large).status == .ok)
            let tooLarge = large + [UInt8](repeating: space, count: 1 << 20)
            let response = try await api.send(as: agent, .put, "/agent/v1/inventories/\(digest)", body: tooLarge)
            #expect(response.status == .contentTooLarge)
            #expect(try response.problem().code == "body-too-large")
        }
    }
}
