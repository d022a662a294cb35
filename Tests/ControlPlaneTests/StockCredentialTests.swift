import AWSSignature
import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("Credentials of stock agents", .timeLimit(.minutes(15)))
struct StockCredentialTests {
    private static let host = "ringmaster.example:7440"

    /// A registered stock agent.
    private struct Host {
        var key: StockKey
        let node: String
        let fingerprint = "c7994315-0254-4c8a-991c-d8610dc5d606"

        init(in controlPlane: TestControlPlane, _ activation: ActivationView) async throws {
            key = try StockKey()
            let request = InstanceRegistration(
                activation: activation.activation,
                code: activation.code,
                publicKey: key.publicKey,
                fingerprint: fingerprint
            )
            node = try await controlPlane.services.agents.register(request)
            #expect(try await controlPlane.services.agents.register(request) == node, "a repetition is no second use")
        }

        func proof(_ operation: String = "RequestManagedInstanceRoleToken", at moment: Timestamp) throws
            -> InstanceProof
        {
            let headers = try key.headers(
                operation,
                body: [],
                of: node,
                region: "eu-west-1",
                host: StockCredentialTests.host,
                at: moment
            )
            return try InstanceProof(method: "POST", target: "/", headers: headers, body: [])
        }

        func credentials(of controlPlane: TestControlPlane, fingerprint: String? = nil) async throws
            -> RoleCredentials
        {
            let proof = try proof(at: controlPlane.clock.now)
            return try await controlPlane.services.agents.credentials(
                for: proof,
                fingerprint: fingerprint ?? self.fingerprint
            )
        }
    }

    private static func request(
        _ method: String,
        _ target: String,
        _ credentials: RoleCredentials,
        as node: String? = nil,
        body: [UInt8] = [],
        at moment: Timestamp
    ) -> SignedRequest {
        let plain = SignableRequest(
            method: method,
            target: target,
            headers: [("Host", host)],
            payloadHash: SignatureV4.payloadHash(body)
        )
        let keys = AWSCredentials(
            accessKeyID: credentials.accessKeyID,
            secretAccessKey: credentials.secret,
            sessionToken: credentials.sessionToken
        )
        let signed = SignatureV4(region: "eu-west-1", service: "ssm").signed(plain, by: keys, at: moment)
        return SignedRequest(
            method: method,
            target: target,
            node: node ?? credentials.node,
            time: nil,
            signature: nil,
            headers: signed.headers,
            body: body
        )
    }

    private static func with(_ body: (TestControlPlane, Host) async throws -> Void) async throws {
        try await withControlPlane { controlPlane in
            try await body(controlPlane, try await Host(in: controlPlane, try await controlPlane.activation()))
        }
    }

    private static func code(_ body: () async throws -> some Any) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? Problem)?.code ?? (error as? SignatureRefusal)?.code ?? "\(error)"
        }
    }

    @Test("The agent's key gets credentials, which sign the agents' protocol for that node alone")
    func goodFor() async throws {
        try await Self.with { controlPlane, host in
            let agents = controlPlane.services.agents
            let before = controlPlane.clock.now
            let credentials = try await host.credentials(of: controlPlane)
            let now = controlPlane.clock.now
            #expect((before...now).contains(credentials.expires - RoleCredentials.lifetime))
            let body = Array("{}".utf8)
            let target = "/agent/v1/orders?wait=30&boot=00ff"
            #expect(try await agents.authenticate(Self.request("GET", target, credentials, at: now)) == host.node)
            let upload = Self.request("PUT", "/agent/v1/orders/a%231/outputs/x", credentials, body: body, at: now)
            try await agents.checkHead(upload)
            #expect(try await agents.authenticate(upload) == host.node)
            let other = Self.request("GET", target, credentials, as: "mi-00000000000000000", at: now)
            #expect(await Self.code { try await agents.authenticate(other) } == "unauthenticated")
            let view = try await controlPlane.questions.node(host.node)
            #expect(view.agentVersion == StockIdentity.agentName)
        }
    }

    @Test("Credentials end with their time, and with their node at once")
    func end() async throws {
        try await Self.with { controlPlane, host in
            let agents = controlPlane.services.agents
            let credentials = try await host.credentials(of: controlPlane)
            controlPlane.clock.skip(RoleCredentials.lifetime)
            let late = Self.request("GET", "/agent/v1/orders", credentials, at: controlPlane.clock.now)
            #expect(await Self.code { try await agents.authenticate(late) } == "credentials-expired")
            let fresh = try await host.credentials(of: controlPlane)
            let request = Self.request("GET", "/agent/v1/orders", fresh, at: controlPlane.clock.now)
            _ = try await agents.authenticate(request)
            try await controlPlane.services.nodes.revoke(host.node, RevokeNode(reason: "sold", by: "ana"), key: nil)
            _ = try await controlPlane.eventually(
                "refused",
                { await Self.code { try await agents.authenticate(request) } }
            ) {
                $0 == "unauthenticated"
            }
            await #expect(throws: InstanceRefusal.revoked(node: host.node)) {
                try await host.credentials(of: controlPlane)
            }
        }
    }

    @Test("A token that was made up has no secret, and neither has one of another seal key")
    func madeUp() async throws {
        try await Self.with { controlPlane, host in
            let agents = controlPlane.services.agents
            let credentials = try await host.credentials(of: controlPlane)
            let now = controlPlane.clock.now
            var request = Self.request("GET", "/agent/v1/orders", credentials, at: now)
            #expect(await Self.code { try await agents.authenticate(request) } == nil)
            for token in ["", "MS9taS0wLzAvMC8w", "%", String(repeating: "a", count: 600)] {
                let keys = AWSCredentials(
                    accessKeyID: credentials.accessKeyID,
                    secretAccessKey: credentials.secret,
                    sessionToken: token
                )
                let plain = SignableRequest(
                    method: "GET",
                    target: "/agent/v1/orders",
                    headers: [("host", Self.host)],
                    payloadHash: SignatureV4.payloadHash([])
                )
                request = SignedRequest(
                    method: "GET",
                    target: "/agent/v1/orders",
                    node: host.node,
                    time: nil,
                    signature: nil,
                    headers: SignatureV4(region: "r", service: "ssm").signed(plain, by: keys, at: now).headers,
                    body: []
                )
                #expect(await Self.code { try await agents.authenticate(request) } == "unauthenticated", "\(token)")
            }
        }
    }

    @Test("Another key than the node's gets nothing, nor does one that is enrolled elsewhere")
    func otherKeys() async throws {
        try await Self.with { controlPlane, host in
            var thief = host
            thief.key = try StockKey()
            #expect(await Self.code { try await thief.credentials(of: controlPlane) } == "InvalidSignatureException")
            let elsewhere = try await controlPlane.activation(patchGroup: "Debian12-late")
            let request = InstanceRegistration(
                activation: elsewhere.activation,
                code: elsewhere.code,
                publicKey: host.key.publicKey,
                fingerprint: host.fingerprint
            )
            let code = await Self.code { try await controlPlane.services.agents.register(request) }
            #expect(code == "node-has-another-key")
        }
    }

    @Test("A key that was changed counts from the first request that it signs, and ends what the former one was given")
    func rotation() async throws {
        try await Self.with { controlPlane, host in
            let agents = controlPlane.services.agents
            let former = try await host.credentials(of: controlPlane)
            var changed = host
            changed.key = try StockKey()
            let proof = try host.proof("UpdateManagedInstancePublicKey", at: controlPlane.clock.now)
            try await agents.changeKey(changed.key.publicKey, for: proof)
            _ = try await host.credentials(of: controlPlane)
            let credentials = try await changed.credentials(of: controlPlane)
            #expect(credentials.node == host.node)
            #expect(await Self.code { try await host.credentials(of: controlPlane) } == "InvalidSignatureException")
            let late = Self.request("GET", "/agent/v1/orders", former, at: controlPlane.clock.now)
            #expect(await Self.code { try await agents.authenticate(late) } == "credentials-expired")
            let fresh = Self.request("GET", "/agent/v1/orders", credentials, at: controlPlane.clock.now)
            #expect(try await agents.authenticate(fresh) == host.node)
        }
    }

    @Test("The key on another machine is found by its fingerprint, and the node gets no orders from then on")
    func copied() async throws {
        try await Self.with { controlPlane, host in
            let credentials = try await host.credentials(of: controlPlane)
            await #expect(throws: InstanceRefusal.otherMachine(node: host.node)) {
                try await host.credentials(of: controlPlane, fingerprint: "another")
            }
            #expect(try await controlPlane.questions.node(host.node).isCloned)
            let poll = Self.request("GET", "/agent/v1/orders?wait=0", credentials, at: controlPlane.clock.now)
            let code = await Self.code {
                try await controlPlane.services.agents.nextOrder(asking: poll, wait: .zero)
            }
            #expect(code == "node-cloned")
        }
    }
}
