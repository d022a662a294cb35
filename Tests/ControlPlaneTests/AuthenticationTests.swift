import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Testing
import Time

@Suite("Requests of agents", .serialized, .timeLimit(.minutes(10)))
struct AuthenticationTests {
    private static let target = "/agent/v1/orders?wait=30"

    private func twoAgents(_ body: @escaping (TestControlPlane, FakeAgent, FakeAgent) async throws -> Void) async throws
    {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(
                in: controlPlane,
                sites: ["Frankfurt"],
                rings: ["early"],
                hostsPerLane: 2
            )
            try await body(controlPlane, fleet.agents[0], fleet.agents[1])
        }
    }

    private func refusal(_ controlPlane: TestControlPlane, _ request: SignedRequest) async throws -> Problem {
        try await problem { _ = try await controlPlane.services.agents.authenticate(request) }
    }

    @Test("A node is known by its signature, whatever it sends")
    func genuine() async throws {
        try await twoAgents { controlPlane, agent, _ in
            let now = controlPlane.clock.now
            let poll = try agent.request("GET", Self.target, at: now)
            #expect(try await controlPlane.services.agents.authenticate(poll) == agent.node)
            let body = Array("{\"reports\":[]}".utf8)
            let report = try agent.request("POST", "/agent/v1/reports", body: body, at: now)
            #expect(try await controlPlane.services.agents.authenticate(report) == agent.node)
        }
    }

    @Test("Whatever is not as it was signed is refused, all with one answer")
    func forged() async throws {
        try await twoAgents { controlPlane, agent, other in
            let now = controlPlane.clock.now
            let proof = try agent.proof("POST", Self.target, body: [1, 2, 3], at: now)
            let otherProof = try other.proof("POST", Self.target, body: [1, 2, 3], at: now)
            func request(
                method: String = "POST",
                target: String = Self.target,
                node: String? = proof.node,
                time: String? = proof.time,
                signature: String? = proof.signature,
                body: [UInt8] = [1, 2, 3]
            ) -> SignedRequest {
                SignedRequest(method: method, target: target, node: node, time: time, signature: signature, body: body)
            }
            #expect(try await controlPlane.services.agents.authenticate(request()) == agent.node)
            let forged = [
                request(method: "PUT"), request(target: "/agent/v1/orders?wait=31"), request(body: [1, 2, 4]),
                request(body: []),
                request(node: other.node), request(node: "mi-00000000000000000"), request(node: nil), request(node: ""),
                request(node: "a/b"), request(node: String(repeating: "x", count: 2_000)),
                request(time: nil), request(time: "soon"), request(time: proof.time + "0"),
                request(signature: nil), request(signature: "not base64!"), request(signature: otherProof.signature),
            ]
            for request in forged {
                let refusal = try await refusal(controlPlane, request)
                #expect(refusal.status == 401)
                #expect(refusal.code == "unauthenticated")
            }
        }
    }

    @Test("A node that is revoked while its key is remembered may wait, and gets no order")
    func revokedWaiter() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            func poll() async throws -> OrderEnvelope? {
                let request = try agent.request("GET", "/agent/v1/orders?wait=30", at: controlPlane.clock.now)
                return try await controlPlane.services.agents.nextOrder(asking: request, wait: .seconds(30))
            }
            _ = try await controlPlane.startCycle()
            #expect(try await poll() != nil)
            try await controlPlane.revoke(agent.node)
            let refusal = try await controlPlane.eventually(
                "refused",
                { () async throws -> Problem? in
                    do {
                        _ = try await poll()
                        return nil
                    } catch let problem as Problem {
                        return problem
                    }
                },
                until: { $0 != nil }
            )
            #expect(refusal?.status == 401)
            #expect(refusal?.code == "unauthenticated")
        }
    }

    @Test("A clock that is more than five minutes off is told the server's time", arguments: [-301, 301])
    func skewed(seconds: Int) async throws {
        try await twoAgents { controlPlane, agent, _ in
            let moment = controlPlane.clock.now + .seconds(seconds)
            let refusal = try await refusal(controlPlane, agent.request("GET", Self.target, at: moment))
            #expect(refusal.status == 401)
            #expect(refusal.code == "clock-skew")
            let reads = try #require(refusal.detail.firstMatch(of: #/which reads (?<time>\S+);/#))
            let server = try #require(Timestamp(iso8601: String(reads.output.time)))
            #expect(abs((server - controlPlane.clock.now) / .seconds(1)) < 60)
        }
    }

    @Test("A clock that is less than five minutes off is good enough", arguments: [-240, 240])
    func tolerated(seconds: Int) async throws {
        try await twoAgents { controlPlane, agent, _ in
            let request = try agent.request("GET", Self.target, at: controlPlane.clock.now + .seconds(seconds))
            #expect(try await controlPlane.services.agents.authenticate(request) == agent.node)
        }
    }

    @Test("A time that no clock shows does not harm", arguments: [Int64.max / 1_000, Int64.min / 1_000])
    func absurd(milliseconds: Int64) async throws {
        try await twoAgents { controlPlane, agent, _ in
            let moment = Timestamp(microseconds: milliseconds * 1_000)
            let refusal = try await refusal(controlPlane, agent.request("GET", Self.target, at: moment))
            #expect(refusal.code == "clock-skew")
        }
    }

    @Test("A revoked node is refused as one that was never enrolled")
    func revoked() async throws {
        try await twoAgents { controlPlane, agent, other in
            try await controlPlane.revoke(agent.node)
            let now = controlPlane.clock.now
            let refusal = try await refusal(controlPlane, agent.request("GET", Self.target, at: now))
            #expect(refusal.code == "unauthenticated")
            let request = try other.request("GET", Self.target, at: now)
            #expect(try await controlPlane.services.agents.authenticate(request) == other.node)
        }
    }
}
