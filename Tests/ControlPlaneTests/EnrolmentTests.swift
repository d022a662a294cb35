import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import Postgres
import ReadModels
import Testing

@Suite("Enrolment", .serialized, .timeLimit(.minutes(10)))
struct EnrolmentTests {
    private func refusal(_ controlPlane: TestControlPlane, _ request: EnrolmentRequest) async throws -> Problem {
        try await problem { _ = try await controlPlane.services.agents.enrol(request) }
    }

    private func uses(_ activation: ActivationView, _ controlPlane: TestControlPlane) async throws -> Int {
        let stream = Activation.stream(activation.activation)
        return try await controlPlane.reader.events(of: stream).count { $0.event.type == "activation.used.v1" }
    }

    @Test("A host with the code becomes a node of the activation's site and patch group, by its key")
    func enrolled() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation(site: "Frankfurt", patchGroup: "Debian12-main")
            let response = try await controlPlane.services.agents.enrol(HostKey().enrolment(activation))
            #expect(response.node.wholeMatch(of: #/mi-[0-9a-f]{17}/#) != nil)
            #expect(response.site == "Frankfurt")
            #expect(response.patchGroup == "Debian12-main")
            let node = try await controlPlane.questions.node(response.node)
            #expect(node.name == "host")
            #expect(node.compliance == "UNKNOWN")
            #expect(node.lastScanAt == nil)
            let events = try await controlPlane.reader.events(of: Activation.stream(activation.activation))
            #expect(events.allSatisfy { !$0.event.data.contains(activation.code) }, "the code is never stored")
        }
    }

    @Test("The same key again is the same node and no second use")
    func repeated() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation(uses: 1)
            let request = try HostKey().enrolment(activation)
            let first = try await controlPlane.services.agents.enrol(request)
            #expect(try await controlPlane.services.agents.enrol(request) == first)
            #expect(try await uses(activation, controlPlane) == 1)
            #expect(try await controlPlane.questions.nodes().count == 1)
        }
    }

    @Test("An activation for two hosts enrols two of five that come at once")
    func usedUp() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation(uses: 2)
            let outcomes = await withTaskGroup(of: Result<String, any Error>.self) { group in
                for _ in 1...5 {
                    group.addTask {
                        do {
                            return .success(
                                try await controlPlane.services.agents.enrol(HostKey().enrolment(activation)).node
                            )
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let refused = outcomes.compactMap { outcome -> Problem? in
                guard case .failure(let error) = outcome else { return nil }
                return error as? Problem
            }
            #expect(refused.count == 3)
            #expect(refused.allSatisfy { $0.status == 409 && $0.code == "activation-used-up" })
            #expect(refused.allSatisfy { $0.detail.contains("was for 2 hosts and is used up; create another") })
            #expect(try await uses(activation, controlPlane) == 2)
        }
    }

    @Test("An activation that has expired enrols nobody new, but still knows whom it enrolled")
    func expired() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation(uses: 2, expiresInSeconds: 60)
            let early = try HostKey().enrolment(activation)
            let node = try await controlPlane.services.agents.enrol(early)
            controlPlane.clock.skip(.seconds(61))
            let refusal = try await refusal(controlPlane, HostKey().enrolment(activation))
            #expect(refusal.status == 409)
            #expect(refusal.code == "activation-expired")
            #expect(refusal.detail.contains("expired at \(activation.expiresAt); create another"))
            #expect(try await controlPlane.services.agents.enrol(early) == node)
        }
    }

    @Test("A wrong code and an unknown activation are one answer")
    func unknown() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation()
            var wrongCode = activation
            wrongCode.code = "00000000000000000000000000000000"
            var unknown = activation
            unknown.activation = "act-0000000000000000"
            let first = try await refusal(controlPlane, HostKey().enrolment(wrongCode))
            #expect(first.status == 409)
            #expect(first.code == "activation-unknown")
            #expect(try await refusal(controlPlane, HostKey().enrolment(unknown)) == first)
            #expect(try await uses(activation, controlPlane) == 0)
            let answers = SQL("test_answers", "SELECT count(*) FROM answer WHERE id LIKE 'use/%'")
            let count = try await controlPlane.client.query(answers()).one().get(0, as: Int.self)
            #expect(count == 0, "who guesses leaves no trace")
        }
    }

    @Test("Who does not hold the key that the request names is refused")
    func badProof() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation()
            let good = try HostKey().enrolment(activation)
            let thief = HostKey()
            var stolen = good
            stolen.proof = try thief.sign(good.proofBytes)
            var otherCode = good
            otherCode.code = "00000000000000000000000000000000"
            var noBase64 = good
            noBase64.proof = "not base64!"
            var shortKey = good
            shortKey.publicKey = "AAAA"
            for request in [stolen, otherCode, noBase64, shortKey] {
                let refusal = try await refusal(controlPlane, request)
                #expect(refusal.status == 400)
                #expect(refusal.code == "bad-proof")
            }
            #expect(try await uses(activation, controlPlane) == 0)
        }
    }

    @Test("A host that enrols again with another activation moves there, and is told so at once")
    func moved() async throws {
        try await withControlPlane { controlPlane in
            let key = HostKey()
            let first = try await controlPlane.activation(site: "Frankfurt", patchGroup: "Debian12-early")
            let second = try await controlPlane.activation(site: "us-east-1", patchGroup: "Debian12-late")
            let before = try await controlPlane.services.agents.enrol(key.enrolment(first))
            let enrolledAt = try await controlPlane.questions.node(before.node).enrolledAt
            let after = try await controlPlane.services.agents.enrol(key.enrolment(second))
            #expect(after == EnrolmentResponse(node: before.node, site: "us-east-1", patchGroup: "Debian12-late"))
            let node = try await controlPlane.questions.node(before.node)
            #expect(node.site == "us-east-1")
            #expect(node.enrolledAt == enrolledAt)
            // The first activation again moves nothing back.
            #expect(try await controlPlane.services.agents.enrol(key.enrolment(first)) == after)
        }
    }

    @Test("What a host says of itself must be short and printable")
    func facts() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation()
            for hostname in ["", "a\nb", "a\0b", "a\u{7f}", String(repeating: "x", count: 256)] {
                let request = try HostKey().enrolment(activation, FakeHost(name: hostname).facts)
                let refusal = try await refusal(controlPlane, request)
                #expect(refusal.status == 400)
                #expect(refusal.code == "invalid-facts")
            }
        }
    }

    @Test(
        "An activation's id that cannot be stored is one that there is not",
        arguments: [
            "act-\0", String(repeating: "x", count: 300),
        ]
    )
    func unstorable(id: String) async throws {
        try await withControlPlane { controlPlane in
            var activation = try await controlPlane.activation()
            activation.activation = id
            let refusal = try await refusal(controlPlane, HostKey().enrolment(activation))
            #expect(refusal.status == 409)
            #expect(refusal.code == "activation-unknown")
        }
    }

    @Test("A revoked host cannot enrol again with its key")
    func revoked() async throws {
        try await withControlPlane { controlPlane in
            let activation = try await controlPlane.activation(uses: 2)
            let request = try HostKey().enrolment(activation)
            let node = try await controlPlane.services.agents.enrol(request).node
            try await controlPlane.revoke(node)
            let refusal = try await refusal(controlPlane, request)
            #expect(refusal.status == 409)
            #expect(refusal.code == "node-revoked")
            #expect(try await controlPlane.questions.node(node).isRevoked)
            #expect(try await controlPlane.questions.activeNodes(.all, installs: false).isEmpty)
        }
    }
}
