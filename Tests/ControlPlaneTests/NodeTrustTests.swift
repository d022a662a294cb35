import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Crypto
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Testing
import Time

@Suite("How far a node is trusted", .serialized, .timeLimit(.minutes(10)))
struct NodeTrustTests {
    private func enrolled(
        _ controlPlane: TestControlPlane,
        requiresApproval: Bool? = nil
    ) async throws -> FakeAgent {
        let request = CreateActivation(
            site: "Frankfurt",
            patchGroup: "Debian12-main",
            uses: 1,
            expiresInSeconds: 3_600,
            requiresApproval: requiresApproval,
            by: "ana"
        )
        let activation = try await controlPlane.services.activations.create(request)
        return try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: "web"))
    }

    private func targets(_ controlPlane: TestControlPlane, installs: Bool) async throws -> [String] {
        try await controlPlane.questions.activeNodes(.all, installs: installs).map(\.id)
    }

    @Test("One that waits for approval is only scanned until a person approves it")
    func approval() async throws {
        try await withControlPlane { controlPlane in
            let agent = try await enrolled(controlPlane, requiresApproval: true)
            #expect(try await controlPlane.questions.node(agent.node).isPending)
            #expect(try await targets(controlPlane, installs: false) == [agent.node])
            #expect(try await targets(controlPlane, installs: true) == [])

            let approve = ApproveNode(by: "bea")
            try await controlPlane.services.nodes.approve(agent.node, approve, key: nil)
            #expect(try await !controlPlane.questions.node(agent.node).isPending)
            #expect(try await targets(controlPlane, installs: true) == [agent.node])
            try await controlPlane.services.nodes.approve(agent.node, approve, key: nil)
            let events = try await controlPlane.reader.events(of: Node.stream(agent.node)).map(\.event.type)
            #expect(events == ["node.enrolled.v1", "node.approved.v1"])

            let unknown = try await problem {
                try await controlPlane.services.nodes.approve("mi-0", approve, key: nil)
            }
            #expect(unknown.code == "node-not-found")
        }
    }

    @Test("A run does not reach one that waits for approval")
    func run() async throws {
        try await withControlPlane { controlPlane in
            let agent = try await enrolled(controlPlane, requiresApproval: true)
            let request = StartRun(
                targets: TargetSelector(nodes: [agent.node]),
                command: ["id"],
                document: nil,
                maxConcurrency: .count(1),
                maxErrors: .count(0),
                timeoutSeconds: 90,
                by: "ana"
            )
            let id = try await controlPlane.services.runs.start(request, key: nil).id
            try await controlPlane.cycle(id, "over or at work") { $0.state == "completed" || $0.counts.targets > 0 }
            #expect(try await controlPlane.questions.run(id).status == RunStatus("Failed", "NoInstancesInTag"))
            #expect(try await controlPlane.services.agents.nextOrder(for: agent.node, wait: .zero) == nil)
        }
    }

    // MARK: - Clones

    private func poll(_ agent: FakeAgent, boot: String, _ controlPlane: TestControlPlane) async throws {
        let target = "/agent/v1/orders?wait=0&\(RequestSignature.bootParameter)=\(boot)"
        let request = try agent.request("GET", target, at: controlPlane.clock.now)
        _ = try await controlPlane.services.agents.nextOrder(asking: request, wait: .zero)
    }

    @Test("One that reboots is none that was cloned; one whose boots take turns is, and gets no orders")
    func clash() async throws {
        try await withControlPlane { controlPlane in
            let agent = try await enrolled(controlPlane)
            for boot in ["a", "a", "b", "b", "c"] { try await poll(agent, boot: boot, controlPlane) }
            #expect(try await targets(controlPlane, installs: true) == [agent.node])
            for boot in ["b", "c", "c", "d"] {
                let refused = try await problem { try await poll(agent, boot: boot, controlPlane) }
                #expect(refused.code == "node-cloned")
            }
            let events = try await controlPlane.reader.events(of: Node.stream(agent.node)).map(\.event.type)
            #expect(events == ["node.enrolled.v1", "node.cloned.v1"])
            #expect(try await controlPlane.questions.node(agent.node).isCloned)
            for installs in [true, false] { #expect(try await targets(controlPlane, installs: installs) == []) }

            let revoke = RevokeNode(reason: "cloned", by: "ana")
            try await controlPlane.services.nodes.revoke(agent.node, revoke, key: nil)
            #expect(try await controlPlane.questions.node(agent.node).isRevoked)
        }
    }

    @Test("Agents that do not tell their boot are served as before")
    func silent() async throws {
        try await withControlPlane { controlPlane in
            let agent = try await enrolled(controlPlane)
            for target in ["/agent/v1/orders", "/agent/v1/orders?wait=0", "/agent/v1/orders?boot=x&wait=0"] {
                let request = try agent.request("GET", target, at: controlPlane.clock.now)
                _ = try await controlPlane.services.agents.nextOrder(asking: request, wait: .zero)
            }
        }
    }

    // MARK: - Keys

    private func request(_ key: HostKey, as node: String, _ controlPlane: TestControlPlane) throws -> SignedRequest {
        let milliseconds = controlPlane.clock.now.microseconds / 1_000
        let bytes = RequestSignature.bytes(
            method: "GET",
            target: "/agent/v1/orders",
            node: node,
            milliseconds: milliseconds,
            bodyDigest: Array(SHA256.hash(data: []))
        )
        return SignedRequest(
            method: "GET",
            target: "/agent/v1/orders",
            node: node,
            time: "\(milliseconds)",
            signature: try key.sign(bytes),
            body: []
        )
    }

    private func change(to key: HostKey, of node: String, provedBy holder: HostKey) throws -> KeyChange {
        let bytes = KeyChange.proofBytes(node: node, publicKey: key.publicKey)
        return KeyChange(publicKey: key.publicKey, proof: try holder.sign(bytes))
    }

    @Test("Its former key is believed until the next one is used, and then no more")
    func rotation() async throws {
        try await withControlPlane { controlPlane in
            let agents = controlPlane.services.agents
            let agent = try await enrolled(controlPlane)
            let (node, next) = (agent.node, HostKey())
            let unknown = try await problem { _ = try await agents.authenticate(request(next, as: node, controlPlane)) }
            #expect(unknown.code == "unauthenticated")

            for _ in 1...2 { try await agents.changeKey(change(to: next, of: node, provedBy: next), of: node) }
            #expect(try await agents.authenticate(request(agent.key, as: node, controlPlane)) == node)
            // A process that has just learned the former key takes the new one all the same.
            #expect(try await agents.authenticate(request(next, as: node, controlPlane)) == node)
            #expect(try await agents.authenticate(request(next, as: node, controlPlane)) == node)
            let former = try await problem {
                _ = try await agents.authenticate(request(agent.key, as: node, controlPlane))
            }
            #expect(former.code == "unauthenticated")
            let events = try await controlPlane.reader.events(of: Node.stream(node)).map(\.event.type)
            #expect(events == ["node.enrolled.v1", "node.key-offered.v1", "node.key-changed.v1"])
        }
    }

    @Test("A key that its sender does not hold is not taken, nor another one within the hour")
    func unprovedKey() async throws {
        try await withControlPlane { controlPlane in
            let agents = controlPlane.services.agents
            let agent = try await enrolled(controlPlane)
            let (node, next) = (agent.node, HostKey())
            let borrowed = try await problem {
                try await agents.changeKey(change(to: next, of: node, provedBy: agent.key), of: node)
            }
            #expect(borrowed.code == "bad-proof")
            try await agents.changeKey(change(to: next, of: node, provedBy: next), of: node)
            let third = HostKey()
            let early = try await problem {
                try await agents.changeKey(change(to: third, of: node, provedBy: third), of: node)
            }
            #expect(early.code == "node-key-too-soon")
            controlPlane.clock.skip(.seconds(3_601))
            try await agents.changeKey(change(to: third, of: node, provedBy: third), of: node)
        }
    }
}
