import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Crypto
import FoundationEssentials
import Logging
import PatchStreams
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("An order key that another program holds", .timeLimit(.minutes(10)))
struct ExternalOrderKeyTests {
    /// The program: signs, fails or signs with another key, and counts what it was asked for.
    private final class Signer: Sendable {
        let key = Curve25519.Signing.PrivateKey()
        let other = Curve25519.Signing.PrivateKey()
        let state = Mutex((asked: 0, mood: Mood.well))

        enum Mood { case well, down, wrong }

        var asked: Int { state.withLock { $0.asked } }

        func become(_ mood: Mood) { state.withLock { $0.mood = mood } }

        func sign(_ bytes: [UInt8]) throws -> [UInt8] {
            let mood = state.withLock { state in
                state.asked += 1
                return state.mood
            }
            switch mood {
            case .well: return Array(try key.signature(for: bytes))
            case .wrong: return Array(try other.signature(for: bytes))
            case .down: throw OrderNotSigned(why: "the module is locked")
            }
        }
    }

    @Test("Orders are signed when they are delivered, and wait while the program fails")
    func delivery() async throws {
        let lines = LogRecorder.Lines()
        try await withSigner(log: lines) { signer, controlPlane, agent in
            for (mood, words) in [(Signer.Mood.down, "the module is locked"), (.wrong, "no signature by the key")] {
                signer.become(mood)
                let problem = try await problem { _ = try await delivered(to: agent, controlPlane) }
                #expect(problem.status == 503 && problem.code == "order-not-signed")
                #expect(!problem.detail.contains(words), "a host does not hear what the program says")
            }
            let told = try #require(lines.recorded.first)
            #expect("\(told.metadata["error"] ?? "")".contains("the module is locked"))
            signer.become(.well)
            let envelope = try await delivered(to: agent, controlPlane)
            #expect(isSigned(envelope, signer))
            let order = try DomainJSON.decode(Order.self, from: envelope.payload)
            #expect(order.node == agent.node)

            let asked = signer.asked
            let refused = try await problem {
                let request = RebootSlotRequest(order: order.id)
                _ = try await controlPlane.services.rebootSlots.ask(request, from: agent.node)
            }
            #expect(refused.code == "order-without-slot")
            #expect(signer.asked == asked, "who asks for a slot has nothing signed")
        }
    }

    @Test("Nobody who writes to the database has anything signed")
    func unsealed() async throws {
        try await withSigner { signer, controlPlane, agent in
            let genuine = try await delivered(to: agent, controlPlane)
            let asked = signer.asked
            let stored = SQL("test_order_body", "SELECT body FROM \"order\" WHERE node = $1")
            let body = try await controlPlane.client.query(stored(.text(agent.node))).one().get(0, as: String.self)
            let sealed = try DomainJSON.decode(OrderEnvelope.self, from: body)
            #expect(sealed.payload == genuine.payload && !isSigned(sealed, signer))

            var changed = sealed
            changed.payload = sealed.payload.replacing("\"version\":1", with: "\"version\":2")
            try #require(changed.payload != sealed.payload)
            let bare = OrderEnvelope(payload: changed.payload, signature: "hmac-sha256:")
            for forged in [changed, bare] {
                let text = try DomainJSON.encode(forged)
                let update = SQL("test_order_forge", "UPDATE \"order\" SET body = $2 WHERE node = $1")
                _ = try await controlPlane.client.query(update(.text(agent.node), .text(text)))
                let envelope = try await delivered(to: agent, controlPlane)
                #expect(envelope.payload == forged.payload && !isSigned(envelope, signer))
            }
            #expect(signer.asked == asked)
        }
    }

    @Test("What is no public key is refused when the server starts")
    func malformed() throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        #expect(throws: KeyFileError.self) {
            try ExternalOrderKey(publicKey: "AAAA", sealFile: folder + "/order.key.seal", logger: .quiet) { $0 }
        }
    }

    // MARK: - Given

    private func isSigned(_ envelope: OrderEnvelope, _ signer: Signer) -> Bool {
        guard let signature = Data(base64Encoded: envelope.signature) else { return false }
        return signer.key.publicKey.isValidSignature(signature, for: Data(envelope.signedBytes))
    }

    private func delivered(to agent: FakeAgent, _ controlPlane: TestControlPlane) async throws -> OrderEnvelope {
        let agents = controlPlane.services.agents
        return try #require(try await agents.nextOrder(for: agent.node, wait: .seconds(60)))
    }

    /// A cycle of one host, whose orders the signer signs.
    private func withSigner(
        log lines: LogRecorder.Lines = LogRecorder.Lines(),
        _ body: @escaping (Signer, TestControlPlane, FakeAgent) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        let signer = Signer()
        let key = try ExternalOrderKey(
            publicKey: signer.key.publicKey.rawRepresentation.base64EncodedString(),
            sealFile: folder + "/order.key.seal",
            logger: Logger(label: "test") { _ in LogRecorder(lines) },
            sign: { try signer.sign($0) }
        )
        try await TestDeployment.with { deployment in
            try await deployment.with(orderKeys: OrderKeys(key)).serve { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                _ = try await controlPlane.startCycle()
                try await body(signer, controlPlane, try #require(fleet.agents.first))
            }
        }
    }
}
